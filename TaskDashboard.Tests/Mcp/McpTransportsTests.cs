using System.Net;
using System.Net.Http.Headers;
using Microsoft.Extensions.Logging.Abstractions;
using TaskDashboard.Core.Mcp;
using TaskDashboard.Core.Mcp.Connections;
using TaskDashboard.Core.Processes;
using TaskDashboard.Tests.Fakes;

namespace TaskDashboard.Tests.Mcp;

/// <summary>Servers that send more than anybody can take, or in pieces that nobody expects.</summary>
public sealed class McpTransportsTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("taskdashboard-mcp-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task ProgramThatWritesAMessageWithoutEnd_IsLost_AndSaysWhy()
    {
        if (OperatingSystem.IsWindows()) return;
        await using var connection = Connect("yes | tr -d '\\n' | head -c 80000000; read forever");

        connection.Begin();

        await Eventually.TrueAsync(() => connection.Picture.Condition.State == McpServerState.Failed);
        Assert.Equal("It sent a message of more than 32 MB.", connection.Picture.Condition.Problem);
    }

    [Fact]
    public async Task LongLineOfAProgram_GivesNoPartOfASecretAway()
    {
        if (OperatingSystem.IsWindows()) return;
        const string Secret = "abcdefghijklmnopqrstuvwxyz0123456789";
        await using var connection = Connect("{ head -c 4080 /dev/zero | tr '\\0' x; printf '%s and more\\n' \"$KEY\"; echo short; } >&2; read forever", Secret);

        connection.Begin();

        await Eventually.TrueAsync(() => connection.Log.Lines.Any(line => line.Text == "short"));
        Assert.DoesNotContain(connection.Log.Lines, line => line.Text.Contains(Secret[20..], StringComparison.Ordinal) || line.Text.Contains(Secret[..16], StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("application/json", "x\n", false)]
    [InlineData("text/event-stream", "data: x\n", false)]
    [InlineData("text/event-stream", "data: x\n\n", true)]
    [InlineData("text/event-stream", "data: x\r\n\r\n", true)]
    public async Task AnswerByHttp_IsBounded_EventByEvent(string type, string piece, bool isWhole)
    {
        using var client = new HttpMessageInvoker(new BoundedAnswersHandler(new Endless(type, piece, BoundedAnswers.MaxBytes + 1_000_000)));
        using var request = new HttpRequestMessage(HttpMethod.Get, "http://localhost/mcp");
        using var response = await client.SendAsync(request, CancellationToken.None);

        var failure = await Record.ExceptionAsync(() => response.Content.CopyToAsync(Stream.Null));

        Assert.Equal(type, response.Content.Headers.ContentType!.MediaType);
        if (isWhole) Assert.Null(failure);
        else Assert.Contains("more than 32 MB", failure!.ToString(), StringComparison.Ordinal);
    }

    private McpConnection Connect(string script, string? key = null)
    {
        var definition = new McpServerDefinition
        {
            Name = "odd",
            Transport = McpTransport.Stdio,
            Command = "/bin/sh",
            Arguments = ["-c", script],
            Environment = key is null ? new Dictionary<string, string>() : new Dictionary<string, string> { ["KEY"] = key },
        };
        var transports = new McpTransports(new ProcessRunner(folder, TimeProvider.System, NullLogger<ProcessRunner>.Instance), NullLoggerFactory.Instance);
        return new McpConnection(definition, folder, new McpSurroundings(transports, () => null, TimeProvider.System, new Random(1), NullLogger<McpConnection>.Instance), () => { });
    }

    private sealed class Endless(string type, string piece, int bytes) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var content = new StringContent(string.Concat(Enumerable.Repeat(piece, bytes / piece.Length)));
            content.Headers.ContentType = new MediaTypeHeaderValue(type);
            return Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK) { Content = content });
        }
    }
}
