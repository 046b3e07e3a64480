using System.Net;
using System.Net.Http.Json;
using TaskDashboard.App.CommandLine;
using TaskDashboard.Core.People;
using TaskDashboard.Tests.Api;
using TaskDashboard.Tests.People;

namespace TaskDashboard.Tests.CommandLine;

/// <summary><c>keys</c> against the real server.</summary>
public sealed class KeysOfPeopleTests : IAsyncLifetime
{
    private Town town = null!;

    public async Task InitializeAsync() => town = await Town.StartAsync();

    public Task DisposeAsync() => town.DisposeAsync().AsTask();

    /// <summary><c>KEY=$(… keys create …)</c>.</summary>
    [Fact]
    public async Task Create_InAPipe_PrintsTheKeyAlone_SaysItOnceOnTheOtherStream_AndTheKeyIsGood()
    {
        var bea = await town.AtTheTerminalAsync("bea", ApiScope.Admin);

        var made = (await bea.RunAsync("keys", "create", "ci", "--scope", "read", "--expires-in-days", "30")).Exited(ExitCodes.Fine);

        var secret = Assert.Single(made.Lines);
        Assert.StartsWith(ApiKeys.KeyStart, secret, StringComparison.Ordinal);
        Assert.Equal($"{secret}{Environment.NewLine}", made.Output);
        Assert.DoesNotContain(secret, made.Error, StringComparison.Ordinal);
        Assert.Contains("shown this once", made.Error, StringComparison.Ordinal);
        Assert.Contains("ci has the scope read, until ", made.Error, StringComparison.Ordinal);
        (await Cli.On(town.Program).RunAsync("tasks", "list", "--key", secret)).Exited(ExitCodes.Fine);
        (await Cli.On(town.Program).RunAsync("tasks", "add", "x", "--key", secret)).Exited(ExitCodes.NotAllowed);
        Assert.DoesNotContain(town.Program.Logs.Lines, line => line.ToString().Contains(secret, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Create_InJson_IsTheAnswerOfTheServer_AndIsSaidToBeShownOnce()
    {
        var bea = await town.AtTheTerminalAsync("bea", ApiScope.Admin);

        var made = (await bea.RunAsync("keys", "create", "ci", "--json")).Exited(ExitCodes.Fine);

        var key = Assert.Single(made.Json);
        Assert.Equal(("ci", "run"), (key.String("name"), key.String("scope")));
        Assert.Contains("shown this once", made.Error, StringComparison.Ordinal);
        Assert.DoesNotContain(key.String("key")!, made.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Create_OnANarrowTerminal_LeavesTheKeyInOnePiece()
    {
        var bea = await town.AtTheTerminalAsync("bea", ApiScope.Admin);

        var made = (await (bea.Cli with { Terminal = true }).RunAsync("keys", "create", new string('n', 90))).Exited(ExitCodes.Fine);

        (await Cli.On(town.Program).RunAsync("tasks", "list", "--key", Assert.Single(made.Lines, line => line.StartsWith(ApiKeys.KeyStart, StringComparison.Ordinal)))).Exited(ExitCodes.Fine);
    }

    [Fact]
    public async Task List_ShowsTheOwnKeys_AndWhatTheyAreOfNone()
    {
        var bea = await town.AtTheTerminalAsync("bea", ApiScope.Admin);
        var secret = (await bea.RunAsync("keys", "create", "short", "--expires-in-days", "1")).Exited(ExitCodes.Fine).Lines[0];

        var plain = (await bea.RunAsync("keys", "list")).Exited(ExitCodes.Fine);
        var json = (await bea.RunAsync("keys", "list", "--json")).Exited(ExitCodes.Fine);

        var listed = json.Json.Single(key => key.String("name") == "short");
        Assert.Matches($@"(?m)^{listed.Id()} +short +{secret[..10]} +run +\d{{4}}-\d\d-\d\d +\d{{4}}-\d\d-\d\d\s*$", plain.Output);
        Assert.Contains(bea.Key.Id, plain.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(secret, plain.Output + json.Output, StringComparison.Ordinal);
        Assert.Equal(3, json.Json.Count);
        Assert.DoesNotContain(json.Json, key => key.String("name")!.Contains("carl", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Revoke_ByItsName_MeansTheOneThatIsGood_AndFromThenOnItOpensNothing()
    {
        var bea = await town.AtTheTerminalAsync("bea", ApiScope.Admin);
        var first = (await bea.RunAsync("keys", "create", "ci")).Lines[0];
        (await bea.RunAsync("keys", "revoke", "ci", "--yes")).Exited(ExitCodes.Fine);
        var second = (await bea.RunAsync("keys", "create", "ci")).Lines[0];

        var revoked = (await bea.RunAsync("keys", "revoke", "ci", "--yes")).Exited(ExitCodes.Fine);

        Assert.Equal("The key is revoked.", Assert.Single(revoked.Lines));
        foreach (var secret in new[] { first, second })
        {
            var refused = (await Cli.On(town.Program).RunAsync("tasks", "list", "--key", secret)).Exited(ExitCodes.NotAllowed);
            Assert.Contains("unknown, expired or revoked", refused.Error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Revoke_ByHowItBegins_LeavesTheOtherOfTheSameName()
    {
        var bea = await town.AtTheTerminalAsync("bea", ApiScope.Admin);
        var secrets = new[] { (await bea.RunAsync("keys", "create", "ci")).Lines[0], (await bea.RunAsync("keys", "create", "ci")).Lines[0] };

        var ambiguous = (await bea.RunAsync("keys", "revoke", "ci", "--yes")).Exited(ExitCodes.Usage);
        (await bea.RunAsync("keys", "revoke", secrets[0][..10], "--yes")).Exited(ExitCodes.Fine);

        Assert.All(secrets, secret => Assert.Contains($"({secret[..10]}…)", ambiguous.Error, StringComparison.Ordinal));
        (await Cli.On(town.Program).RunAsync("tasks", "list", "--key", secrets[0])).Exited(ExitCodes.NotAllowed);
        (await Cli.On(town.Program).RunAsync("tasks", "list", "--key", secrets[1])).Exited(ExitCodes.Fine);
    }

    [Fact]
    public async Task KeyOfALesserScope_MakesAndRevokesNone_AndSomebodyElsesIsNotThere()
    {
        var (run, carl) = (await town.AtTheTerminalAsync("bea"), await town.AtTheTerminalAsync("carl", ApiScope.Admin));

        var made = (await run.RunAsync("keys", "create", "better", "--scope", "admin")).Exited(ExitCodes.NotAllowed);
        var revoked = (await run.RunAsync("keys", "revoke", run.Key.Id, "--yes")).Exited(ExitCodes.NotAllowed);
        var other = (await carl.RunAsync("keys", "revoke", run.Key.Id, "--yes")).Exited(ExitCodes.Refused);

        Assert.All([made, revoked], result => Assert.Contains("takes a key with the scope admin, and this one has run", result.Error, StringComparison.Ordinal));
        Assert.Contains($"There is no key {run.Key.Id}", other.Error, StringComparison.Ordinal);
        (await run.RunAsync("tasks", "list")).Exited(ExitCodes.Fine);
    }

    [Fact]
    public async Task Create_WithAnEndThatIsNone_NamesTheField()
    {
        var bea = await town.AtTheTerminalAsync("bea", ApiScope.Admin);

        var refused = (await bea.RunAsync("keys", "create", "ci", "--expires-in-days", "0")).Exited(ExitCodes.Refused);

        Assert.Contains("expires_in_days has to be from 1 to 3650", refused.Error, StringComparison.Ordinal);
        using var list = await town.Bea.GetAsync("/api/keys");
        Assert.Equal(2, (await list.JsonAsync(HttpStatusCode.OK)).Items().Count);
    }
}
