using Microsoft.Extensions.Logging;
using TaskDashboard.App.Telemetry;
using TaskDashboard.Core.Secrets;
using TaskDashboard.Tests.Fakes;

namespace TaskDashboard.Tests.Telemetry;

public sealed class ExportTroubleLogTests
{
    [Fact]
    public void Trouble_IsToldOnceAMinute_OfEachKind_WithHowOftenItWas_AndWithoutSecrets()
    {
        var logs = new RecordedLogs();
        using var loggers = LoggerFactory.Create(builder => builder.AddProvider(logs));
        var time = new ManualTimeProvider();
        var log = new ExportTroubleLog(new SecretRedaction(["sk-12345678"]), time, loggers.CreateLogger<TelemetryExport>());

        log.Tell("a", "Refused with sk-12345678.");
        log.Tell("a", "Again.");
        log.Tell("b", "Full.\n   at Library.Send()");
        time.Advance(TimeSpan.FromSeconds(59));
        log.Tell("a", "Again.");
        time.Advance(TimeSpan.FromSeconds(1));
        log.Tell("a", "Still.");

        Assert.Equal(
            ["Refused with [redacted]. (0 more", "Full. (0 more", "Still. (2 more"],
            logs.Lines.Select(line => line.Message[(line.Message.IndexOf("concerned. ", StringComparison.Ordinal) + 11)..line.Message.IndexOf(" of this", StringComparison.Ordinal)]));
        Assert.All(logs.Lines, line => Assert.Equal(LogLevel.Warning, line.Level));
    }
}
