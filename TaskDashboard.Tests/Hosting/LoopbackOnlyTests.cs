using Microsoft.Extensions.Configuration;
using TaskDashboard.App.Hosting;

namespace TaskDashboard.Tests.Hosting;

public sealed class LoopbackOnlyTests
{
    [Theory]
    [InlineData("urls", "http://127.0.0.1:5080")]
    [InlineData("Urls", "http://localhost:5080;https://[::1]:5081")]
    [InlineData("urls", "http://127.0.0.2:0")]
    [InlineData("urls", "http://unix:/run/taskdashboard.sock")]
    [InlineData("urls", "")]
    [InlineData("Kestrel:Endpoints:Local:Url", "http://127.0.0.1:5080")]
    public void FindProblem_OfALoopbackAddress_IsNothing(string key, string value) => Assert.Null(LoopbackOnly.FindProblem(With((key, value)), hasAccounts: false));

    [Theory]
    [InlineData("urls", "http://0.0.0.0:5080", "http://0.0.0.0:5080")]
    [InlineData("urls", "http://*:5080", "http://*:5080")]
    [InlineData("urls", "http://+:5080", "http://+:5080")]
    [InlineData("urls", "http://[::]:5080", "http://[::]:5080")]
    [InlineData("urls", "http://192.168.1.5:5080", "http://192.168.1.5:5080")]
    [InlineData("urls", "http://my.host.example:5080", "http://my.host.example:5080")]
    [InlineData("urls", "http://localhost.example:5080", "http://localhost.example:5080")]
    [InlineData("urls", "http://127.0.0.1:5080; http://0.0.0.0:5081", "http://0.0.0.0:5081")]
    [InlineData("Kestrel:Endpoints:Open:Url", "https://*:443", "https://*:443")]
    [InlineData("http_ports", "8080", "http://*:8080")]
    [InlineData("https_ports", "8443", "https://*:8443")]
    public void FindProblem_OfAnAddressBeyond_NamesItAndTheReason(string key, string value, string named)
    {
        var problem = LoopbackOnly.FindProblem(With((key, value)), hasAccounts: false);

        Assert.NotNull(problem);
        Assert.Contains(named, problem, StringComparison.Ordinal);
        Assert.Contains("no authentication", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void FindProblem_OfAnAddressBeyond_WhereEverybodyHasToSignIn_IsNothing() =>
        Assert.Null(LoopbackOnly.FindProblem(With(("urls", "http://0.0.0.0:5080")), hasAccounts: true));

    [Fact]
    public void FindProblem_OfWhatIsNoAddress_SaysSo() =>
        Assert.Contains("is no address", LoopbackOnly.FindProblem(With(("urls", "nonsense")), hasAccounts: true), StringComparison.Ordinal);

    [Fact]
    public void FindProblem_OfPortsBesideAnAddress_GoesByTheAddressAsTheServerDoes() =>
        Assert.Null(LoopbackOnly.FindProblem(With(("urls", "http://127.0.0.1:5080"), ("http_ports", "8080")), hasAccounts: false));

    private static IConfiguration With(params (string Key, string Value)[] settings) => new ConfigurationBuilder()
        .AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value)))
        .Build();
}
