using System.Net.Http.Headers;
using Microsoft.Extensions.DependencyInjection;
using TaskDashboard.App.People;
using TaskDashboard.Core.People;
using TaskDashboard.Tests.Fakes;
using TaskDashboard.Tests.Fixtures;

namespace TaskDashboard.Tests.People;

/// <summary>A program with four people: Ada owns it, Bea and Carl are members, Vic looks on. Each has a key that reaches as far as they do.</summary>
internal sealed class Town : IAsyncDisposable
{
    private const string Password = "correct horse battery";

    private readonly List<HttpClient> clients = [];

    private Town(DashboardApplication program) => Program = program;

    public DashboardApplication Program { get; }

    public HttpClient Ada { get; private set; } = null!;

    public HttpClient Bea { get; private set; } = null!;

    public HttpClient Carl { get; private set; } = null!;

    public HttpClient Vic { get; private set; } = null!;

    /// <summary>Comes without a key.</summary>
    public HttpClient Stranger => Program.Client;

    public PersonDirectory Directory => Program.Services.GetRequiredService<PersonDirectory>();

    public ApiKeys Keys => Program.Services.GetRequiredService<ApiKeys>();

    public static async Task<Town> StartAsync(Action<ScriptedModelProvider>? script = null, TimeProvider? time = null, params (string Key, string Value)[] settings)
    {
        var town = new Town(await DashboardApplication.StartAsync(script ?? (model => model.Always(AgentScript.Says("Done."))), time: time, settings: settings));
        town.Ada = await town.MoveInAsync("ada", PersonRole.Owner);
        town.Bea = await town.MoveInAsync("bea", PersonRole.Member);
        town.Carl = await town.MoveInAsync("carl", PersonRole.Member);
        town.Vic = await town.MoveInAsync("vic", PersonRole.Viewer);
        return town;
    }

    public PersonEntry Find(string userName) => Directory.All.Single(person => person.UserName == userName);

    /// <summary>A client with a key of a person's.</summary>
    public async Task<HttpClient> ClientOfAsync(string userName, ApiScope scope = ApiScope.Admin)
    {
        var (_, secret) = await Keys.CreateAsync(Find(userName).UserId, "Tests", scope, null);
        var client = Program.NewClient();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", secret);
        clients.Add(client);
        return client;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var client in clients) client.Dispose();
        await Program.DisposeAsync();
    }

    private async Task<HttpClient> MoveInAsync(string userName, PersonRole role)
    {
        await using var scope = Program.Services.CreateAsyncScope();
        scope.ServiceProvider.GetRequiredService<CurrentCaller>().Set(() => Caller.Local);
        await scope.ServiceProvider.GetRequiredService<PeopleService>().CreateAsync(userName, char.ToUpperInvariant(userName[0]) + userName[1..], Password, role);
        return await ClientOfAsync(userName);
    }
}
