using TaskDashboard.Core.Secrets;

namespace TaskDashboard.App.Telemetry;

/// <summary>Writes troubles of the export to the log: of each kind the first at once, and at most one a minute, with how many there were in between. Safe for threads.</summary>
internal sealed class ExportTroubleLog(SecretRedaction secrets, TimeProvider time, ILogger<TelemetryExport> logger)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);

    private readonly Lock gate = new();
    private readonly Dictionary<string, (DateTimeOffset ToldAt, int Untold)> kinds = new(StringComparer.Ordinal);

    /// <param name="kind">One of the few kinds that the library knows.</param>
    /// <param name="what">In its words.</param>
    public void Tell(string kind, string what)
    {
        int untold;
        lock (gate)
        {
            var now = time.GetUtcNow();
            if (kinds.TryGetValue(kind, out var before) && now - before.ToldAt < Pause)
            {
                kinds[kind] = before with { Untold = before.Untold + 1 };
                return;
            }

            untold = before.Untold;
            kinds[kind] = (now, 0);
        }

        // Without the stack: it is the library's own. It may repeat what it was given, and headers log in with something.
        logger.LogWarning("Telemetry has trouble on its way out; tasks are not concerned. {What} ({Untold} more of this since it was last told.)", secrets.Redact(what.Split('\n')[0].TrimEnd()), untold);
    }
}
