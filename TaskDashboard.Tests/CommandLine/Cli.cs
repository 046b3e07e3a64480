using System.Text.Json;
using TaskDashboard.App.CommandLine;
using TaskDashboard.Tests.Fixtures;

namespace TaskDashboard.Tests.CommandLine;

/// <summary>Gives commands as a person or a script does, and keeps what comes back.</summary>
internal sealed record Cli
{
    /// <summary>Where the server is; null leaves it to the command.</summary>
    public Uri? Url { get; init; }

    /// <summary>A terminal of 80 columns with somebody in front of it; otherwise pipes.</summary>
    public bool Terminal { get; init; }

    public string Input { get; init; } = "";

    public Dictionary<string, string> Variables { get; init; } = [];

    public Dictionary<string, string?> Settings { get; init; } = [];

    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Ctrl+C.</summary>
    public CancellationToken Interrupted { get; init; }

    /// <summary>Hears what is written to standard output, as it is written.</summary>
    public Action<string>? Heard { get; init; }

    public static Cli On(DashboardApplication app) => new() { Url = app.Address };

    public async Task<CliResult> RunAsync(params string[] arguments)
    {
        using var output = new HeardWriter(Heard);
        using var error = new StringWriter();
        var around = new Surroundings
        {
            Output = output,
            Error = error,
            Input = new StringReader(Input),
            OutputIsTerminal = Terminal,
            InputIsTerminal = Terminal,
            Variable = name => Variables.GetValueOrDefault(name),
            Time = Time,
            Settings = () => new Microsoft.Extensions.Configuration.ConfigurationManager().Filled(Settings),
        };
        string[] all = Url is null ? arguments : [.. arguments, "--url", Url.ToString()];
        var code = await CommandLineProgram.RunAsync(all, around, Interrupted).WaitAsync(DashboardApplication.Bound);
        return new CliResult(code, output.ToString(), error.ToString());
    }

    private sealed class HeardWriter(Action<string>? heard) : StringWriter
    {
        public override void Write(string? value)
        {
            base.Write(value);
            if (value is not null) heard?.Invoke(value);
        }

        public override void WriteLine(string? value)
        {
            base.WriteLine(value);
            if (value is not null) heard?.Invoke(value);
        }
    }
}

/// <summary>What a command left behind.</summary>
internal sealed record CliResult(int ExitCode, string Output, string Error)
{
    public IReadOnlyList<string> Lines => Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Each line of the output, which has to be JSON.</summary>
    public IReadOnlyList<JsonElement> Json => [.. Lines.Select(line => JsonElement.Parse(line))];

    /// <summary>The events of a watch: each with the sequence number behind the one before.</summary>
    public IReadOnlyList<JsonElement> GaplessFrom(long first)
    {
        var events = Json;
        Assert.NotEmpty(events);
        Assert.Equal(Enumerable.Range(0, events.Count).Select(index => first + index), events.Select(one => one.GetProperty("seq").GetInt64()));
        return events;
    }

    public CliResult Exited(int code)
    {
        Assert.True(ExitCode == code, $"Exit code {ExitCode} instead of {code}.\n{Error}\n{Output}");
        return this;
    }
}

internal static class ConfigurationFilling
{
    public static Microsoft.Extensions.Configuration.IConfiguration Filled(this Microsoft.Extensions.Configuration.ConfigurationManager configuration, Dictionary<string, string?> values)
    {
        foreach (var (key, value) in values) configuration[key] = value;
        return configuration;
    }
}
