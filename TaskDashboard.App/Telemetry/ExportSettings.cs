namespace TaskDashboard.App.Telemetry;

/// <summary>
/// What OpenTelemetry's standard variables ask for; there are none of our own. One for each kind of signal, because each may have an address, a protocol and
/// headers of its own.
/// </summary>
/// <param name="Configuration">The variables as they hold for this signal: its own ones in the place of the general ones.</param>
/// <param name="Endpoint">The signal's own address, to be taken as it stands; null for the general one, behind which the signal's path goes.</param>
internal sealed record ExportSettings(IConfiguration Configuration, Uri? Endpoint)
{
    private const string General = "OTEL_EXPORTER_OTLP";
    private static readonly string[] Protocols = ["grpc", "http/protobuf"];

    /// <param name="configuration">Where the variables are.</param>
    /// <param name="signal"><c>TRACES</c> or <c>METRICS</c>.</param>
    /// <param name="problems">Filled with what is wrong, a sentence each.</param>
    /// <returns>Null when nothing is to be exported.</returns>
    public static ExportSettings? Of(IConfiguration configuration, string signal, List<string> problems)
    {
        var own = $"{General}_{signal}";
        if (IsTrue(configuration["OTEL_SDK_DISABLED"]) || IsNone(configuration[$"OTEL_{signal}_EXPORTER"])) return null;
        if (Given(configuration[own + "_ENDPOINT"]) is null && Given(configuration[General + "_ENDPOINT"]) is null) return null;
        var endpoint = AddressIn(configuration, own + "_ENDPOINT", problems);
        if (endpoint is null) AddressIn(configuration, General + "_ENDPOINT", problems);
        Dictionary<string, string?> instead = [];
        foreach (var name in new[] { "_PROTOCOL", "_HEADERS", "_TIMEOUT", "_COMPRESSION" })
        {
            if (Given(configuration[own + name]) is { } value) instead[General + name] = value;
        }

        var merged = new ConfigurationBuilder().AddConfiguration(configuration).AddInMemoryCollection(instead).Build();
        if (Given(merged[General + "_PROTOCOL"]) is { } protocol && !Protocols.Contains(protocol, StringComparer.OrdinalIgnoreCase))
            problems.Add($"{General}_PROTOCOL (or {own}_PROTOCOL) is \"{protocol}\"; {string.Join(" or ", Protocols)} is wanted.");
        return new ExportSettings(merged, endpoint);
    }

    /// <summary>Addresses may hold a password: what is wrong with one is said without it.</summary>
    private static Uri? AddressIn(IConfiguration configuration, string variable, List<string> problems)
    {
        if (Given(configuration[variable]) is not { } text) return null;
        if (Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "http" or "https") return address;
        problems.Add($"{variable} is no address; one that begins with http:// or https:// is wanted, such as http://127.0.0.1:4317.");
        return null;
    }

    private static string? Given(string? value) => string.IsNullOrWhiteSpace(value) ? null : value.Trim();

    private static bool IsTrue(string? value) => string.Equals(Given(value), "true", StringComparison.OrdinalIgnoreCase);

    private static bool IsNone(string? value) => string.Equals(Given(value), "none", StringComparison.OrdinalIgnoreCase);
}
