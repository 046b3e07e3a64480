using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using TaskDashboard.Core.Setup;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Tests.Fakes;
using TaskDashboard.Tests.Fixtures;

namespace TaskDashboard.Tests.Setup;

public sealed class SetupCheckTests
{
    [Fact]
    public async Task Look_TellsModelsProgramsAndTheDataDirectory_AndAsksNoModel()
    {
        await using var server = await FakeOpenAIServer.StartNewAsync();
        await using var program = await StartAsync(server);

        var report = await program.Client.GetFromJsonAsync<JsonElement>("api/setup");

        Assert.Equal(
            [("local/one", "unknown"), ("builtin/assistant", "ok")],
            report.GetProperty("models").EnumerateArray().Select(model => (model.GetProperty("id").GetString()!, model.GetProperty("status").GetString()!)).OrderByDescending(model => model.Item1));
        Assert.Equal(["git", "rg", "bwrap"], report.GetProperty("programs").EnumerateArray().Select(one => one.GetProperty("name").GetString()!));
        Assert.Equal(program.DataDirectory, report.GetProperty("data_directory").GetProperty("path").GetString());
        Assert.True(report.GetProperty("data_directory").GetProperty("free_bytes").GetInt64() > 0);
        Assert.Empty(server.Requests);
    }

    [Fact]
    public async Task Model_ThatIsAskedAndAnswers_IsOk_AndIsToldSoAfterwards()
    {
        await using var server = await FakeOpenAIServer.StartNewAsync();
        server.Answers(ModelServerAnswer.Of(new ModelServerStep.TextStep(["OK"])));
        await using var program = await StartAsync(server);

        using var answer = await program.Client.PostAsJsonAsync("api/setup/models", new { model = "local/one" });

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("ok", (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("status").GetString());
        Assert.Single(server.Requests);
        var report = await program.Services.GetRequiredService<SetupCheck>().LookAsync();
        Assert.Equal(SetupStatus.Ok, report.Models.Single(model => model.Id == "local/one").Status);
    }

    [Fact]
    public async Task Model_WhoseServerIsNotThere_IsFailing_AndSaysWhy()
    {
        var server = await FakeOpenAIServer.StartNewAsync();
        await using var program = await StartAsync(server);
        await server.DisposeAsync();

        var answer = await program.Services.GetRequiredService<SetupCheck>().AskAsync("local/one");

        Assert.Equal(SetupStatus.Failing, answer.Status);
        Assert.Contains("local", answer.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Model_ThatIsNotConfigured_IsRefusedByItsName()
    {
        await using var program = await DashboardApplication.StartAsync(realModels: true);
        var refusal = await Assert.ThrowsAsync<RefusedException>(() => program.Services.GetRequiredService<SetupCheck>().AskAsync("nobody/none"));
        Assert.Contains("model", refusal.Errors.Keys);
    }

    [Fact]
    public async Task PatienceThatIsOverInTheMomentOfTheAnswer_HarmsNobody()
    {
        var timers = new LateTimers(SetupCheck.Patience);
        await using var program = await DashboardApplication.StartAsync(time: timers);
        var others = timers.Count;

        Assert.Equal(SetupStatus.Ok, (await program.Services.GetRequiredService<SetupCheck>().AskAsync("scripted/model")).Status);

        // On the thread of a timer nobody would catch what is thrown here.
        Assert.True(timers.Count > others);
        timers.Fire();
    }

    private static Task<DashboardApplication> StartAsync(FakeOpenAIServer server) => DashboardApplication.StartAsync(
        realModels: true,
        settings: [("Providers:local:Type", "OpenAI"), ("Providers:local:BaseUrl", server.BaseUrl.ToString()), ("Providers:local:Models:0", "one"), ("Providers:local:MaxAttempts", "1")]);
}
