using System.IO.Compression;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging;
using TaskDashboard.Core.Tools;
using TaskDashboard.Core.Tools.Network;
using TaskDashboard.Tests.Fakes;

namespace TaskDashboard.Tests.Tools.Network;

/// <summary>Real HTTP on loopback; the names of public hosts are resolved by the test.</summary>
public sealed class FetchUrlTests : IAsyncLifetime
{
    private readonly WebApplication app;
    private readonly List<string> seen = [];
    private readonly ManualTimeProvider time = new();
    private readonly TaskCompletionSource asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private string server = "";

    public FetchUrlTests()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        app = builder.Build();
        app.Use((context, next) =>
        {
            lock (seen) seen.Add($"{context.Request.Host.Host} {context.Request.Path} {context.Request.Headers.Cookie}{context.Request.Headers.Authorization}".Trim());
            return next(context);
        });
        app.MapGet("/page", () => Results.Content("<!doctype html><title>Ferry</title><p>It <b>carries</b> <a href='/more'>files</a>.</p><script>alert(1)</script>", "text/html; charset=utf-8"));
        app.MapGet("/json", () => Results.Content("{\"a\": [1, 2]}", "application/json"));
        app.MapGet("/latin", () => Results.Bytes([0x47, 0x72, 0xFC, 0xDF, 0x65], "text/plain; charset=iso-8859-1"));
        app.MapGet("/old", () => Results.Bytes("plain words"u8.ToArray(), "text/plain; charset=utf-7"));
        app.MapGet("/meta", () => Results.Bytes(Encoding.Latin1.GetBytes("<html><meta charset=\"windows-1252\"><p>Grüße"), "text/html"));
        app.MapGet("/image", () => Results.Bytes([0x89, 0x50, 0x4E, 0x47, 0, 0, 0, 0], "image/png"));
        app.MapGet("/bytes", () => Results.Bytes([1, 2, 3, 0, 0, 0], "text/plain"));
        app.MapGet("/unknown", () => Results.Bytes("plain words"u8.ToArray(), "application/octet-stream"));
        app.MapGet("/empty", () => Results.Content("", "text/plain"));
        app.MapGet("/large", () => Results.Content(new string('a', WebReader.MaxBytes + 5), "text/plain"));
        app.MapGet("/bomb", (HttpContext context) =>
        {
            context.Response.Headers.ContentEncoding = "gzip";
            var content = new byte[50 * 1024 * 1024];
            content.AsSpan().Fill((byte)'z');
            return Results.Bytes(Zipped(content), "text/plain");
        });
        app.MapGet("/gone", () => Results.StatusCode(410));
        app.MapGet("/cookie", (HttpContext context) =>
        {
            context.Response.Cookies.Append("id", "1");
            return Results.Redirect("/page");
        });
        app.MapGet("/round/{number:int}", (int number) => Results.Redirect(number == 0 ? "/json" : $"/round/{number - 1}"));
        app.MapGet("/away", (string to) => Results.Redirect(to));
        app.MapGet("/silent", async (HttpContext context) =>
        {
            asked.TrySetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        });
    }

    public async Task InitializeAsync()
    {
        await app.StartAsync();
        server = app.Urls.Single();
    }

    public async Task DisposeAsync() => await app.DisposeAsync();

    [Fact]
    public async Task Page_BecomesTextWithItsLinks() =>
        Assert.Equal($"{server}/page (text/html, 111 bytes)\n\n# Ferry\n\nIt carries [files]({server}/more).", await FetchAsync("/page"));

    [Theory]
    [InlineData("/json", "(application/json, 13 bytes)\n\n{\"a\": [1, 2]}")]
    [InlineData("/latin", "(text/plain, 5 bytes)\n\nGrüße")]
    [InlineData("/old", "\n\nplain words")]
    [InlineData("/meta", "\n\nGrüße")]
    [InlineData("/unknown", "(application/octet-stream, 11 bytes)\n\nplain words")]
    [InlineData("/empty", "\n\n[There is no text in it.]")]
    [InlineData("/round/4", "/json (application/json, 13 bytes)\n\n{\"a\": [1, 2]}")]
    public async Task Text_ComesAsItIs(string path, string told) => Assert.EndsWith(told, await FetchAsync(path), StringComparison.Ordinal);

    [Theory]
    [InlineData("/image", "is no text but image/png (8 bytes)")]
    [InlineData("/bytes", "is no text but text/plain (6 bytes)")]
    [InlineData("/gone", "was answered with 410 Gone.")]
    [InlineData("/nothing", "was answered with 404 Not Found.")]
    [InlineData("/round/5", "more than 5 redirects")]
    [InlineData("/away?to=file%3A%2F%2F%2Fetc%2Fpasswd", "cannot be followed. Only http and https")]
    [InlineData("/away?to=http%3A%2F%2Fme%3Apw%40example.com%2F", "cannot be followed. The address has a user name or password")]
    public async Task WhatCannotBeHad_IsToldInWords(string path, string told) => Assert.Contains(told, await FailAsync(server + path), StringComparison.Ordinal);

    [Fact]
    public async Task LargeText_IsReadAndShownUpToABound()
    {
        var text = await FetchAsync("/large");
        Assert.Contains("(text/plain, more than 1 MB)", text, StringComparison.Ordinal);
        Assert.EndsWith("a\n[Cut at 64 KB; the text has 1,048,576 bytes.]\n[Only the first 1 MB were read.]", text, StringComparison.Ordinal);
        Assert.InRange(text.Length, WebDocument.MaxTextBytes, WebDocument.MaxTextBytes + 300);
        Assert.Contains("more than 1 MB", await FetchAsync("/bomb"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("not an address", "not a complete address")]
    [InlineData("/page", "Only http and https")]
    [InlineData("ftp://example.com/a", "Only http and https")]
    [InlineData("http://me:pw@example.com/", "user name or password")]
    public async Task UrlOfAnotherKind_IsRefused(string url, string told) => Assert.Contains(told, await FailAsync(url), StringComparison.Ordinal);

    [Fact]
    public async Task PrivateAddress_IsRefused_UnlessTheSettingsAllowIt()
    {
        var strict = new AddressPolicy(false, []);
        Assert.Contains("127.0.0.1 may not be called: its address 127.0.0.1 is loopback", await FailAsync($"{server}/page", strict), StringComparison.Ordinal);
        Assert.Contains("may not be called", await FailAsync("http://[::ffff:127.0.0.1]/", strict), StringComparison.Ordinal);
        Assert.Contains("may not be called", await FailAsync("http://2130706433/", strict), StringComparison.Ordinal);
        Assert.Contains("may not be called", await FailAsync($"http://localhost:{Port}/page", strict), StringComparison.Ordinal);
        Assert.Empty(seen);

        Assert.Contains("Ferry", await FetchAsync("/page", new AddressPolicy(false, ["127.0.0.1"])), StringComparison.Ordinal);
    }

    [Fact]
    public async Task RedirectToAPrivateAddress_IsRefused()
    {
        var strict = new AddressPolicy(false, ["public.example"]);
        var told = await FailAsync($"http://public.example:{Port}/away?to={Uri.EscapeDataString($"{server}/page")}", strict, _ => [IPAddress.Loopback]);
        Assert.Contains("127.0.0.1 may not be called", told, StringComparison.Ordinal);
        Assert.Equal(["public.example /away"], seen);
    }

    [Fact]
    public async Task NameThatLeadsElsewhereAMomentLater_GainsNothing()
    {
        // The first look-up is what a check before the call would see, the next one what the call would use.
        var lookUps = 0;
        IPAddress[] Resolve(string host) => lookUps++ == 0 ? [IPAddress.Loopback] : [IPAddress.Parse("8.8.8.8")];

        var told = await FailAsync($"http://rebinding.example:{Port}/page", new AddressPolicy(false, []), Resolve);

        Assert.Contains("rebinding.example may not be called: its address 127.0.0.1 is loopback", told, StringComparison.Ordinal);
        Assert.Equal((1, 0), (lookUps, seen.Count));
    }

    [Fact]
    public async Task NameWithRefusedAndAllowedAddresses_IsCalledAtAnAllowedOne()
    {
        var policy = new AddressPolicy(false, []);
        // 0.0.0.0 would reach this machine too; neither of the two is on the public internet.
        var told = await FailAsync($"http://mixed.example:{Port}/page", policy, _ => [IPAddress.Any, IPAddress.Parse("10.0.0.1")]);
        Assert.Contains("mixed.example may not be called: its address 0.0.0.0 is unspecified", told, StringComparison.Ordinal);

        // Nothing listens at the first one.
        var found = await FetchAsync($"http://public.example:{Port}/json", new AddressPolicy(false, ["public.example"]), _ => [IPAddress.Parse("127.0.0.2"), IPAddress.IPv6Loopback, IPAddress.Loopback]);
        Assert.EndsWith("{\"a\": [1, 2]}", found, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cookies_AreNotKept()
    {
        await FetchAsync("/cookie");
        await FetchAsync("/cookie");
        Assert.All(seen, request => Assert.DoesNotContain("id=", request, StringComparison.Ordinal));
    }

    [Fact]
    public async Task ServerThatDoesNotAnswer_IsGivenUpAfterHalfAMinute()
    {
        var fetching = FailAsync($"{server}/silent");
        await asked.Task.WaitAsync(TimeSpan.FromSeconds(30));
        time.Advance(TimeSpan.FromSeconds(29));
        Assert.False(fetching.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Contains("took too long", await fetching.WaitAsync(TimeSpan.FromSeconds(30)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cancel_EndsTheCall()
    {
        using var cancel = new CancellationTokenSource();
        var fetching = CallAsync($"{server}/silent", new AddressPolicy(true, []), null, cancel.Token);
        await asked.Task.WaitAsync(TimeSpan.FromSeconds(30));
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => fetching.WaitAsync(TimeSpan.FromSeconds(30)));
    }

    [Fact]
    public async Task UnreachableHost_IsToldInWords()
    {
        Assert.Contains("nowhere.example could not be reached", await FailAsync("http://nowhere.example/", new AddressPolicy(true, []), _ => throw new System.Net.Sockets.SocketException(11001)), StringComparison.Ordinal);
    }

    private int Port => new Uri(server).Port;

    private Task<string> FetchAsync(string url, AddressPolicy? policy = null, Func<string, IPAddress[]>? resolve = null) =>
        CallAsync(url.StartsWith('/') ? server + url : url, policy ?? new AddressPolicy(true, []), resolve, CancellationToken.None);

    private async Task<string> FailAsync(string url, AddressPolicy? policy = null, Func<string, IPAddress[]>? resolve = null) =>
        (await Assert.ThrowsAsync<ToolException>(() => CallAsync(url, policy ?? new AddressPolicy(true, []), resolve, CancellationToken.None))).Message;

    private async Task<string> CallAsync(string url, AddressPolicy policy, Func<string, IPAddress[]>? resolve, CancellationToken cancellationToken)
    {
        using var source = new NetworkToolSource(new CheckedConnections(policy, resolve is null ? null : (host, _) => Task.Run(() => resolve(host))), time);
        var tool = source.Create(new("task_1", Path.Join(Path.GetTempPath(), "never-made"))).Single();
        Assert.Equal((ToolRisk.Network, new ToolSubject(ToolSubjectKind.Address, "url")), (tool.Risk, tool.Subject));
        return Assert.IsType<string>(await tool.Function.InvokeAsync(new AIFunctionArguments { ["url"] = url }, cancellationToken));
    }

    private static byte[] Zipped(byte[] content)
    {
        using var zipped = new MemoryStream();
        using (var zip = new GZipStream(zipped, CompressionLevel.Fastest)) zip.Write(content);
        return zipped.ToArray();
    }
}
