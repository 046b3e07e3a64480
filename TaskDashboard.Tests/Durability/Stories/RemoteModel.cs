using System.Globalization;
using System.Text.Json;
using TaskDashboard.Tests.Fakes;

namespace TaskDashboard.Tests.Durability.Stories;

/// <summary>
/// A model server that outlives the program under test. Whatever conversation it is sent, it asks for the next of a few calls, each with an id
/// of its own, and sums up behind the last one. As strict as the real ones: calls have to be followed by their results, and by nothing else.
/// </summary>
internal sealed class RemoteModel : IAsyncDisposable
{
    public const string Name = "openai/effects";

    private const int Rounds = 5;

    private readonly FakeOpenAIServer server;
    private int made;

    private RemoteModel(FakeOpenAIServer server)
    {
        this.server = server;
        server.Answers((_, request) => Answer(request.Body));
    }

    /// <summary>What the program has to be started with.</summary>
    public (string Key, string Value)[] Settings =>
        [("Providers:openai:Type", "OpenAI"), ("Providers:openai:BaseUrl", server.BaseUrl.ToString()), ("Providers:openai:ApiKey", "key-of-the-test")];

    public static async Task<RemoteModel> StartAsync() => new(await FakeOpenAIServer.StartNewAsync());

    /// <summary>The file that a call is to make.</summary>
    public static string FileOf(string callId) => $"{callId}.txt";

    public ValueTask DisposeAsync() => server.DisposeAsync();

    private ModelServerAnswer Answer(JsonElement request)
    {
        List<JsonElement> messages = [.. request.GetProperty("messages").EnumerateArray()];
        if (FindProblem(messages) is { } problem)
        {
            return ModelServerAnswer.Error(400, JsonSerializer.Serialize(new { error = new { message = problem, type = "invalid_request_error" } }));
        }

        var round = messages.Count(message => message.TryGetProperty("tool_calls", out _));
        if (round >= Rounds) return ModelServerAnswer.Of(ModelServerStep.Text("All ", "of ", "it ", "is ", "done."), ModelServerStep.Usage(100, 5));

        var id = string.Create(CultureInfo.InvariantCulture, $"call_{Interlocked.Increment(ref made)}_of_{round}");
        return ModelServerAnswer.Of(
            ModelServerStep.Text("Next: "),
            ModelServerStep.Calls((id, "write_file", JsonSerializer.Serialize(new { path = FileOf(id), content = id })), ($"{id}_wait", "wait", """{"seconds":0.25}""")),
            ModelServerStep.Usage(100, 10));
    }

    /// <summary>Null for a conversation in which every call is directly followed by its result.</summary>
    private static string? FindProblem(List<JsonElement> messages)
    {
        var open = new HashSet<string>();
        foreach (var message in messages)
        {
            var role = message.GetProperty("role").GetString()!;
            if (role == "tool")
            {
                if (!open.Remove(message.GetProperty("tool_call_id").GetString()!)) return "A tool message has to answer a call of the assistant message before it.";
                continue;
            }

            if (open.Count > 0) return $"Calls have to be followed by their results: there is a message of the role {role}, and {string.Join(", ", open)} have none.";
            if (!message.TryGetProperty("tool_calls", out var calls)) continue;
            foreach (var call in calls.EnumerateArray()) open.Add(call.GetProperty("id").GetString()!);
        }

        return open.Count == 0 ? null : $"{string.Join(", ", open)} have no results.";
    }
}
