using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using TaskDashboard.Core.Runs;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Core.SelfCheck;

/// <summary>Looks at every invariant every 15 seconds, tells what it finds, and puts right what it safely can.</summary>
internal sealed class Watchdog : BackgroundService, ISelfCheck
{
    /// <summary>How often it looks.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(15);

    private const int MostFindings = 20;

    private readonly IReadOnlyList<IInvariant> invariants;
    private readonly DueTimes dueTimes;
    private readonly EngineCounters counters;
    private readonly EngineState state;
    private readonly TimeProvider time;
    private readonly ILogger logger;
    private readonly SemaphoreSlim looking = new(1);
    private HashSet<string> suspected = [];
    private SelfCheckReport current;
    private PeriodicTimer? timer;

    public Watchdog(
        IEnumerable<IInvariant> invariants, DueTimes dueTimes, EngineCounters counters, EngineState state, TimeProvider time, ILogger<Watchdog> logger)
    {
        this.invariants = [.. invariants];
        this.dueTimes = dueTimes;
        this.counters = counters;
        this.state = state;
        this.time = time;
        this.logger = logger;
        current = new SelfCheckReport(
            true, null,
            [.. this.invariants.Select(one => new InvariantReport(one.Key, one.Promise, InvariantStatus.NotChecked, null, [], 0, null))],
            counters.Read(), null);
    }

    public event Action? Changed;

    public SelfCheckReport Current => Volatile.Read(ref current) with { Counters = counters.Read(), LastRestart = state.LastRestart };

    public async Task<SelfCheckReport> CheckAsync(CancellationToken cancellationToken = default)
    {
        await looking.WaitAsync(cancellationToken);
        try
        {
            // A wall clock that jumped ahead makes tasks due that no timer knows of.
            dueTimes.CheckAgain();
            var seen = new HashSet<string>(StringComparer.Ordinal);
            var reports = new List<InvariantReport>(invariants.Count);
            foreach (var (invariant, before) in invariants.Zip(current.Invariants)) reports.Add(await CheckAsync(invariant, before, seen, cancellationToken));
            suspected = seen;
            Volatile.Write(ref current, new SelfCheckReport(
                reports.TrueForAll(report => report.Status == InvariantStatus.Ok), time.GetUtcNow(), reports, counters.Read(), state.LastRestart));
        }
        finally
        {
            looking.Release();
        }

        Changed?.Invoke();
        return Current;
    }

    /// <summary>The first look is due an interval after this, not after whenever the pool comes to it.</summary>
    public override Task StartAsync(CancellationToken cancellationToken)
    {
        timer = new PeriodicTimer(Interval, time);
        return base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (await timer!.WaitForNextTickAsync(stoppingToken))
            {
                // While the engine comes up or down its tasks are between two owners, as they should be.
                if (state.IsReady) await CheckAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException)
        {
            // The host stops.
        }
    }

    private async Task<InvariantReport> CheckAsync(IInvariant invariant, InvariantReport before, HashSet<string> seen, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        List<Finding> broken;
        try
        {
            var findings = await invariant.CheckAsync(cancellationToken);
            broken = findings.Where(finding => finding.Subject is not { } subject || !seen.Add($"{invariant.Key}/{subject}") || suspected.Contains($"{invariant.Key}/{subject}")).ToList();
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            logger.LogError(exception, "The invariant {Invariant} could not be checked.", invariant.Key);
            return before with { Status = InvariantStatus.Failing, CheckedAt = now, Findings = [$"It could not be checked: {exception.Message}"] };
        }

        if (broken.Count == 0)
        {
            if (before.Status == InvariantStatus.Failing) logger.LogInformation("The invariant {Invariant} holds again.", invariant.Key);
            return before with { Status = InvariantStatus.Ok, CheckedAt = now, Findings = [] };
        }

        logger.LogError("The invariant {Invariant} is broken, {Count} times: {Findings}", invariant.Key, broken.Count, string.Join(' ', broken.Take(MostFindings).Select(finding => finding.Text)));
        foreach (var finding in broken) await RepairAsync(invariant, finding, cancellationToken);
        return before with
        {
            Status = InvariantStatus.Failing,
            CheckedAt = now,
            Findings = [.. broken.Take(MostFindings).Select(finding => finding.Text)],
            Violations = before.Violations + broken.Count,
            LastViolationAt = now,
        };
    }

    private async Task RepairAsync(IInvariant invariant, Finding finding, CancellationToken cancellationToken)
    {
        if (finding.RepairAsync is not { } repair) return;
        try
        {
            await repair(cancellationToken);
            counters.CountRepair();
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            logger.LogError(exception, "What breaks {Invariant} could not be put right; the next look tries again: {Finding}", invariant.Key, finding.Text);
        }
    }

    public override void Dispose()
    {
        looking.Dispose();
        base.Dispose();
    }
}
