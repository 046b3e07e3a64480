using System.CommandLine;
using System.Text.Json;

namespace TaskDashboard.App.CommandLine;

/// <summary>One command as it was given, with what it needs to be done.</summary>
internal sealed class CommandCall(CommandRunner runner, ParseResult parsed, CancellationToken cancelled) : IDisposable
{
    private ApiClient? api;

    public Surroundings Around => runner.Around;

    public Screen Screen => runner.Screen;

    public CancellationToken Cancelled => cancelled;

    /// <summary>What a person is told who interrupts it here; null for no more than that.</summary>
    public string? WhenInterrupted { get; set; }

    public bool WantsJson => parsed.GetValue(ServerOptions.Json);

    /// <summary>The server. Looked for when it is first asked.</summary>
    public ApiClient Api => api ??= Connect();

    public T? Value<T>(Option<T> option) => parsed.GetValue(option);

    public T Value<T>(Argument<T> argument) => parsed.GetRequiredValue(argument);

    /// <summary>The answer: the server's own JSON where that is wanted, words otherwise.</summary>
    public int Answer(JsonElement json, Action words)
    {
        if (WantsJson) Screen.Raw(json.ToLine());
        else words();
        return ExitCodes.Fine;
    }

    /// <summary>Asks somebody who is there; without anybody, it has to be said beforehand.</summary>
    /// <exception cref="CommandFailure">Nobody is there, and --yes was not given.</exception>
    public async Task<bool> ConfirmAsync(string question, bool yes)
    {
        if (yes) return true;
        if (!Around.CanAsk || WantsJson) throw CommandFailure.Usage($"{question} Nothing was done: say --yes where nobody can be asked.");
        Around.Output.Write($"{SafeText.OneLine(question)} [y/N] ");
        var line = await Around.Input.ReadLineAsync(cancelled).AsTask().WaitAsync(cancelled);
        return line?.Trim() is { } said && (said.Equals("y", StringComparison.OrdinalIgnoreCase) || said.Equals("yes", StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>The text, or what standard input has where it is "-".</summary>
    public async Task<string> TextOrInputAsync(string text)
    {
        if (text != "-") return text;
        var input = await Around.Input.ReadToEndAsync(cancelled).WaitAsync(cancelled);
        return string.IsNullOrWhiteSpace(input) ? throw CommandFailure.Usage("Standard input is empty: there is no message.") : input.TrimEnd('\r', '\n');
    }

    public void Dispose() => api?.Dispose();

    private ApiClient Connect()
    {
        var (url, folder) = (parsed.GetValue(ServerOptions.Url), parsed.GetValue(ServerOptions.DataDirectory));
        var key = GivenKey.Find(Around, parsed.GetValue(ServerOptions.Key));
        var client = new ApiClient(() => ServerAddress.Find(Around, url, folder), key);
        if (key is not null && client.Server.Url.Scheme == Uri.UriSchemeHttp && !client.Server.IsThisMachine)
            Screen.Note($"The key goes to {client.Server.Url} unencrypted; use https where others can listen.");
        return client;
    }
}
