using System.Net;
using System.Net.Http.Json;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using TaskDashboard.App.People;
using TaskDashboard.Core.People;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Tests.Api;
using TaskDashboard.Tests.Fakes;
using TaskDashboard.Tests.Fixtures;

namespace TaskDashboard.Tests.People;

/// <summary>Signing in with a password, and what ends a session.</summary>
public sealed partial class SessionTests : IAsyncLifetime
{
    private const string Password = "correct horse battery";

    private readonly List<HttpClient> browsers = [];
    private Town town = null!;

    public async Task InitializeAsync() => town = await Town.StartAsync();

    public async Task DisposeAsync()
    {
        foreach (var browser in browsers) browser.Dispose();
        await town.DisposeAsync();
    }

    [Fact]
    public async Task Page_SendsAStrangerToSignIn_AndBackToWhereTheyWanted()
    {
        var browser = Browser();
        using var refused = await browser.GetAsync("/schedules?x=1");
        Assert.Equal((HttpStatusCode.Redirect, "/login?returnUrl=%2Fschedules%3Fx%3D1"), (refused.StatusCode, refused.Headers.Location?.ToString()));

        using var done = await SignInAsync(browser, "bea", Password, "/schedules?x=1");
        Assert.Equal((HttpStatusCode.Redirect, "/schedules?x=1"), (done.StatusCode, done.Headers.Location?.ToString()));
        var cookie = done.Headers.GetValues("Set-Cookie").Single(value => value.StartsWith("td-session=", StringComparison.Ordinal));
        Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("samesite=lax", cookie, StringComparison.OrdinalIgnoreCase);
        using var me = await browser.GetAsync("/api/people/me");
        Assert.Equal("Bea", (await me.JsonAsync()).String("name"));
    }

    [Theory]
    [InlineData("//evil.example/x")]
    [InlineData("/\\evil.example")]
    [InlineData("https://evil.example/")]
    [InlineData("/\t/evil.example")]
    [InlineData("/tasks\u00e9")]
    public async Task SignIn_NeverLeadsAway(string address)
    {
        using var done = await SignInAsync(Browser(), "bea", Password, address);

        Assert.Equal("/tasks", done.Headers.Location?.ToString());
    }

    [Fact]
    public async Task SignIn_WithAWrongPasswordOrName_SaysTheSame_AndLocksOutAfterFive()
    {
        var browser = Browser();
        using (var unknown = await SignInAsync(browser, "nobody", Password)) Assert.StartsWith("/login?error=wrong", unknown.Headers.Location?.ToString(), StringComparison.Ordinal);
        for (var attempt = 0; attempt < 5; attempt++)
        {
            using var wrong = await SignInAsync(browser, "bea", "wrong password");
            Assert.StartsWith(attempt < 4 ? "/login?error=wrong" : "/login?error=locked", wrong.Headers.Location?.ToString(), StringComparison.Ordinal);
        }

        using var late = await SignInAsync(browser, "bea", Password);
        Assert.StartsWith("/login?error=locked", late.Headers.Location?.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task GuessesAtOnce_AreNoMoreThanGuessesOneByOne()
    {
        var forms = new List<(HttpClient Browser, Dictionary<string, string> Fields)>();
        for (var guess = 0; guess < 24; guess++)
        {
            var browser = Browser();
            forms.Add((browser, Form(await browser.GetStringAsync("/login"), "bea", $"wrong password {guess}")));
        }

        var answers = await Task.WhenAll(forms.Select(form => form.Browser.PostAsync("/login", new FormUrlEncodedContent(form.Fields))));

        Assert.Equal(4, answers.Count(answer => answer.Headers.Location!.ToString().StartsWith("/login?error=wrong", StringComparison.Ordinal)));
        Assert.Equal(20, answers.Count(answer => answer.Headers.Location!.ToString().StartsWith("/login?error=locked", StringComparison.Ordinal)));
        foreach (var answer in answers) answer.Dispose();
    }

    [Fact]
    public async Task GuessesAtALockedAccount_DoNotFillTheAuditLog()
    {
        var browser = Browser();
        for (var guess = 0; guess < 12; guess++) (await SignInAsync(browser, "bea", "wrong password")).Dispose();
        (await SignInAsync(Browser(), "ada", Password)).Dispose();

        await Eventually.TrueAsync(async () => (await ActionsAsync()).Contains("signed_in"));
        Assert.Equal(5, (await ActionsAsync()).Count(action => action == "sign_in_refused"));

        async Task<List<string?>> ActionsAsync()
        {
            using var audit = await town.Ada.GetAsync("/api/audit");
            return [.. (await audit.JsonAsync()).Items().Select(entry => entry.String("action"))];
        }
    }

    [Fact]
    public async Task FirstAccount_IsMadeOnce_ThoughTwoAskForItAtOnce()
    {
        await using var program = await DashboardApplication.StartAsync();
        var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(number =>
            program.Client.PostAsJsonAsync("/api/people", new { user_name = $"ada{number}", name = "Ada", password = Password, role = "owner" })));

        Assert.Single(answers, answer => answer.StatusCode == HttpStatusCode.Created);
        Assert.Single(program.Services.GetRequiredService<PersonDirectory>().All);
        foreach (var answer in answers) answer.Dispose();
    }

    [Fact]
    public async Task WhoIsNoOwnerAnyMore_ChangesNobody_HoweverTheyCameToAsk()
    {
        await using var scope = town.Program.Services.CreateAsyncScope();
        var people = scope.ServiceProvider.GetRequiredService<PeopleService>();
        var (bea, carl) = (town.Find("bea"), town.Find("carl"));
        foreach (var caller in new[] { Caller.Nobody, bea.Caller })
        {
            scope.ServiceProvider.GetRequiredService<CurrentCaller>().Set(() => caller);
            var refusal = await Assert.ThrowsAsync<RefusedException>(() => people.ChangeAsync(carl.UserId, null, PersonRole.Owner, null, null));
            Assert.Equal("not_allowed", refusal.Code);
            refusal = await Assert.ThrowsAsync<RefusedException>(() => people.CreateAsync("eve", "Eve", Password, PersonRole.Owner));
            Assert.Equal("not_allowed", refusal.Code);
        }

        Assert.Equal(PersonRole.Member, town.Find("carl").Role);
        Assert.Equal(4, town.Directory.All.Count);
    }

    [Fact]
    public async Task Form_WithoutItsToken_IsRefused()
    {
        using var answer = await Browser().PostAsync("/login", new FormUrlEncodedContent(new Dictionary<string, string> { ["userName"] = "bea", ["password"] = Password }));

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    [Fact]
    public async Task AnotherPasswordOrRole_EndsTheSession_AndALockedOutPersonsKeysToo()
    {
        var browser = Browser();
        (await SignInAsync(browser, "bea", Password)).Dispose();
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(browser));

        using var demoted = await town.Ada.PatchAsJsonAsync($"/api/people/{town.Find("bea").UserId}", new { role = "viewer" });
        await demoted.JsonAsync();
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(browser));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(town.Bea));
        using var task = await town.Bea.PostAsJsonAsync("/api/tasks", new { agent_id = town.Program.AgentId, message = "Mine" });
        await task.ProblemAsync(HttpStatusCode.Forbidden, "not_allowed");

        using var disabled = await town.Ada.PatchAsJsonAsync($"/api/people/{town.Find("bea").UserId}", new { disabled = true });
        await disabled.JsonAsync();
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(town.Bea));
        using var again = await SignInAsync(Browser(), "bea", Password);
        Assert.StartsWith("/login?error=wrong", again.Headers.Location?.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task LastOwner_CannotBeTakenAway()
    {
        using var answer = await town.Ada.PatchAsJsonAsync($"/api/people/{town.Find("ada").UserId}", new { role = "member" });

        await answer.ProblemAsync(HttpStatusCode.Conflict, "last_owner");
        Assert.Equal(PersonRole.Owner, town.Find("ada").Role);
    }

    [Fact]
    public async Task Accounts_AreThereAfterARestart_AndAskedFor()
    {
        var directory = Directory.CreateTempSubdirectory("taskdashboard-people-").FullName;
        try
        {
            await using (var first = await DashboardApplication.StartAsync(directory: directory))
            {
                using var open = await first.Client.GetAsync("/api/tasks");
                Assert.Equal(HttpStatusCode.OK, open.StatusCode);
                using var made = await first.Client.PostAsJsonAsync("/api/people", new { user_name = "ada", name = "Ada", password = Password, role = "owner" });
                Assert.Equal("user_local", (await made.JsonAsync(HttpStatusCode.Created)).Id());
                using var closed = await first.Client.GetAsync("/api/tasks");
                await closed.ProblemAsync(HttpStatusCode.Unauthorized, "unauthenticated");
            }

            await using var second = await DashboardApplication.StartAsync(directory: directory);
            Assert.True(second.Services.GetRequiredService<PersonDirectory>().HasAccounts);
            using var still = await second.Client.GetAsync("/api/tasks");
            await still.ProblemAsync(HttpStatusCode.Unauthorized, "unauthenticated");
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    [Fact]
    public async Task StreamThatWasOpenedWithoutAccounts_EndsAtTheFirstThingBehindTheFirstAccount()
    {
        await using var program = await DashboardApplication.StartAsync(new AgentScript().For("Plum", AgentScript.Says("Done.")).For("Pear", AgentScript.Says("Done.")).Play);
        var task = (await program.Tasks.CreateAsync(new CreateTask { AgentId = program.AgentId, Message = "Plum" })).Task;
        await program.WaitForAsync(task.Id, AgentTaskStatus.Completed);
        using var watched = await program.Client.GetAsync($"/api/chats/{task.ChatId}/stream", HttpCompletionOption.ResponseHeadersRead);
        using var reader = new StreamReader(await watched.Content.ReadAsStreamAsync());
        Assert.Equal("event: snapshot", await reader.ReadLineAsync().WaitAsync(DashboardApplication.Bound));

        using var made = await program.Client.PostAsJsonAsync("/api/people", new { user_name = "ada", name = "Ada", password = Password, role = "owner" });
        await made.JsonAsync(HttpStatusCode.Created);
        await program.Tasks.SendMessageAsync(task.Id, new SendMessage("Pear"));

        using var bounded = new CancellationTokenSource(DashboardApplication.Bound);
        Assert.DoesNotContain("Pear", await reader.ReadToEndAsync(bounded.Token), StringComparison.Ordinal);
    }

    [Fact]
    public async Task SigningInAndOut_StandsInTheAuditLog()
    {
        var browser = Browser();
        (await SignInAsync(browser, "bea", Password)).Dispose();
        var token = Token().Match(await browser.GetStringAsync("/people")).Groups["value"].Value;
        using var left = await browser.PostAsync("/logout", new FormUrlEncodedContent(new Dictionary<string, string> { ["__RequestVerificationToken"] = token }));

        Assert.Equal(HttpStatusCode.Redirect, left.StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(browser));
        await Eventually.TrueAsync(async () =>
        {
            using var audit = await town.Bea.GetAsync("/api/audit");
            return (await audit.JsonAsync()).Items().Select(entry => entry.String("action")).SequenceEqual(["signed_out", "signed_in"]);
        });
    }

    private HttpClient Browser()
    {
        var browser = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = new CookieContainer() }) { BaseAddress = town.Program.Address, Timeout = DashboardApplication.Bound };
        browsers.Add(browser);
        return browser;
    }

    private static async Task<HttpStatusCode> StatusAsync(HttpClient client)
    {
        using var answer = await client.GetAsync("/api/people/me");
        return answer.StatusCode;
    }

    /// <summary>Fills the form in that the page shows, as a browser would.</summary>
    private static async Task<HttpResponseMessage> SignInAsync(HttpClient browser, string userName, string password, string returnUrl = "/tasks")
    {
        return await browser.PostAsync("/login", new FormUrlEncodedContent(Form(await browser.GetStringAsync("/login"), userName, password, returnUrl)));
    }

    private static Dictionary<string, string> Form(string page, string userName, string password, string returnUrl = "/tasks")
    {
        var token = Token().Match(page).Groups["value"].Value;
        Assert.NotEmpty(token);
        return new()
        {
            ["__RequestVerificationToken"] = token,
            ["userName"] = userName,
            ["password"] = password,
            ["returnUrl"] = returnUrl,
        };
    }

    [GeneratedRegex("""name="__RequestVerificationToken" value="(?<value>[^"]+)""", RegexOptions.ExplicitCapture)]
    private static partial Regex Token();
}
