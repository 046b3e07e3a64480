using System.Net;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using TaskDashboard.Core;
using TaskDashboard.Core.Configuration;
using TaskDashboard.Core.Tools.Network;

namespace TaskDashboard.Tests.Tools.Network;

public sealed class AddressPolicyTests
{
    [Theory]
    [InlineData("127.0.0.1", "loopback")]
    [InlineData("127.8.9.1", "loopback")]
    [InlineData("0.0.0.0", "unspecified")]
    [InlineData("10.0.0.1", "private")]
    [InlineData("172.16.0.1", "private")]
    [InlineData("172.31.255.255", "private")]
    [InlineData("192.168.1.1", "private")]
    [InlineData("169.254.169.254", "link-local")]
    [InlineData("100.64.0.1", "of a carrier's own network")]
    [InlineData("100.127.255.255", "of a carrier's own network")]
    [InlineData("224.0.0.1", "multicast")]
    [InlineData("239.255.255.250", "multicast")]
    [InlineData("255.255.255.255", "reserved")]
    [InlineData("::", "unspecified")]
    [InlineData("::1", "loopback")]
    [InlineData("fe80::1", "link-local")]
    [InlineData("fe80::1%2", "link-local")]
    [InlineData("febf::1", "link-local")]
    [InlineData("fc00::1", "private")]
    [InlineData("fdff::1", "private")]
    [InlineData("ff02::1", "multicast")]
    [InlineData("::ffff:127.0.0.1", "loopback")]
    [InlineData("::ffff:169.254.169.254", "link-local")]
    [InlineData("::10.0.0.1", "private")]
    [InlineData("::ffff:0:10.0.0.1", "private")]
    [InlineData("64:ff9b::192.168.0.1", "private")]
    [InlineData("64:ff9b:1::8.8.8.8", "private")]
    [InlineData("2002:7f00:1::1", "loopback")]
    [InlineData("2002:a00:1::1", "private")]
    [InlineData("2001:0:1::1", "of a tunnel")]
    [InlineData("8.8.8.8", null)]
    [InlineData("172.15.255.255", null)]
    [InlineData("172.32.0.1", null)]
    [InlineData("100.63.255.255", null)]
    [InlineData("100.128.0.1", null)]
    [InlineData("192.167.255.255", null)]
    [InlineData("169.253.0.1", null)]
    [InlineData("2606:4700::1111", null)]
    [InlineData("::ffff:8.8.8.8", null)]
    [InlineData("64:ff9b::8.8.8.8", null)]
    [InlineData("2002:808:808::1", null)]
    public void Address_IsPublicOrSaidToBeWhatItIs(string address, string? what) => Assert.Equal(what, AddressPolicy.What(IPAddress.Parse(address)));

    [Theory]
    [InlineData("wiki.example.com", true)]
    [InlineData("WIKI.example.com.", true)]
    [InlineData("a.intern.example", true)]
    [InlineData("b.a.intern.example", true)]
    [InlineData("intern.example", false)]
    [InlineData("notintern.example", false)]
    [InlineData("wiki.example.com.evil.example", false)]
    [InlineData("10.0.0.5", true)]
    [InlineData("10.0.0.6", false)]
    [InlineData("[fd00::5]", true)]
    [InlineData("xn--bcher-kva.example", true)]
    public void AllowedHosts_AreAllowedWhereverTheyLead(string host, bool allowed)
    {
        var policy = new AddressPolicy(false, ["wiki.example.com", "*.Intern.example", "10.0.0.5", "fd00::5", "bücher.example"]);
        Assert.Equal(allowed, policy.Problem(host, IPAddress.Parse("10.0.0.9")) is null);
    }

    [Fact]
    public void Setting_AllowsEverything()
    {
        Assert.Null(new AddressPolicy(true, []).Problem("localhost", IPAddress.Loopback));
        Assert.Equal("its address 127.0.0.1 is loopback, not one on the public internet", new AddressPolicy(false, []).Problem("localhost", IPAddress.Loopback));
    }

    [Theory]
    [InlineData("ftp://example.com/a", "Only http and https")]
    [InlineData("file:///etc/passwd", "Only http and https")]
    [InlineData("http://me:secret@example.com/", "user name or password")]
    [InlineData("https://me@example.com/", "user name or password")]
    public void UrlOfAnotherKind_IsRefusedByItself(string url, string told) => Assert.Contains(told, AddressPolicy.Problem(new Uri(url)), StringComparison.Ordinal);

    [Fact]
    public void Settings_AreRead_AndEveryProblemIsToldAtOnce()
    {
        using var fine = Services(("AllowPrivateAddresses", "true"), ("AllowedHosts:0", "*.example.com"), ("AllowedHosts:1", "10.0.0.5"), ("AllowedHosts:2", "::1"));
        var options = fine.GetRequiredService<IOptions<DashboardOptions>>().Value.Network;
        Assert.True(options.AllowPrivateAddresses);
        Assert.Equal(["*.example.com", "10.0.0.5", "::1"], options.AllowedHosts);

        using var wrong = Services(("AllowedHosts:0", "http://a.example"), ("AllowedHosts:1", "a.example"), ("AllowedHosts:2", "a*.example"), ("AllowedHosts:3", "*.10.0.0.5"));
        var problems = Assert.Throws<OptionsValidationException>(() => wrong.GetRequiredService<IOptions<DashboardOptions>>().Value).Failures.ToArray();
        Assert.Equal(3, problems.Length);
        Assert.StartsWith("TaskDashboard:Network:AllowedHosts:0 has to be a host", problems[0], StringComparison.Ordinal);
    }

    private static ServiceProvider Services(params (string Key, string Value)[] settings)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create($"TaskDashboard:Network:{setting.Key}", (string?)setting.Value))).Build();
        return new ServiceCollection().AddLogging().AddTaskDashboard(configuration).BuildServiceProvider();
    }
}
