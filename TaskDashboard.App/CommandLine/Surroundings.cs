using System.Text;

namespace TaskDashboard.App.CommandLine;

/// <summary>What a command has around it: where it writes and reads, the variables, the clock. Tests bring their own.</summary>
internal sealed record Surroundings
{
    public required TextWriter Output { get; init; }

    public required TextWriter Error { get; init; }

    public required TextReader Input { get; init; }

    public bool OutputIsTerminal { get; init; }

    public bool ErrorIsTerminal { get; init; }

    public bool InputIsTerminal { get; init; }

    /// <summary>Columns of the terminal, now.</summary>
    public Func<int> Width { get; init; } = () => 80;

    /// <summary>A variable of the environment; null where it is not set.</summary>
    public Func<string, string?> Variable { get; init; } = _ => null;

    /// <summary>A token that is cancelled once nobody can read the output any more, also while nothing is written.</summary>
    public Func<CancellationToken> WhenOutputCloses { get; init; } = () => CancellationToken.None;

    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>The settings that the server would have, less its arguments. Made when it is asked for.</summary>
    public Func<IConfiguration> Settings { get; init; } = () => new ConfigurationBuilder().Build();

    /// <summary>Colours, tables and lines that change: on a terminal that takes them, unless NO_COLOR is set.</summary>
    public bool IsRich => OutputIsTerminal && string.IsNullOrEmpty(Variable("NO_COLOR")) && Variable("TERM") != "dumb";

    /// <summary>Somebody is there to be asked.</summary>
    public bool CanAsk => InputIsTerminal && OutputIsTerminal;

    /// <summary>Those of this process. UTF-8 whatever the locale says: JSON and the words of models need it.</summary>
    public static Surroundings OfProcess()
    {
        var utf8 = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
        if (OperatingSystem.IsWindows() && !Console.IsOutputRedirected) Console.OutputEncoding = utf8;
        return new Surroundings
        {
            Output = new StreamWriter(TerminalStreams.OpenOutput(), utf8) { AutoFlush = true },
            Error = new StreamWriter(TerminalStreams.OpenError(), utf8) { AutoFlush = true },
            Input = new StreamReader(TerminalStreams.OpenInput(), utf8),
            OutputIsTerminal = !Console.IsOutputRedirected,
            ErrorIsTerminal = !Console.IsErrorRedirected,
            InputIsTerminal = !Console.IsInputRedirected,
            Width = TerminalStreams.Width,
            WhenOutputCloses = TerminalStreams.WhenOutputCloses,
            Variable = Environment.GetEnvironmentVariable,
            Settings = ServerSettings,
        };
    }

    private static IConfigurationRoot ServerSettings()
    {
        var environment = Environment.GetEnvironmentVariable("ASPNETCORE_ENVIRONMENT") ?? Environment.GetEnvironmentVariable("DOTNET_ENVIRONMENT") ?? Environments.Production;
        return new ConfigurationBuilder()
            .SetBasePath(AppContext.BaseDirectory)
            .AddJsonFile("appsettings.json", optional: true)
            .AddJsonFile($"appsettings.{environment}.json", optional: true)
            .AddEnvironmentVariables("ASPNETCORE_")
            .AddEnvironmentVariables()
            .Build();
    }
}
