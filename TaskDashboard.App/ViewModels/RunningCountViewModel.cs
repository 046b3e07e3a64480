namespace TaskDashboard.App.ViewModels;

/// <summary>The two numbers of the badge, for one circuit: pushed, never asked for.</summary>
public sealed class RunningCountViewModel : IDisposable
{
    private readonly LiveTaskList tasks;

    public RunningCountViewModel(LiveTaskList tasks)
    {
        this.tasks = tasks;
        (Running, NeedsYou) = (tasks.Counts.Running, tasks.Counts.NeedsYou);
        tasks.Changed += TakeIn;
    }

    public long Running { get; private set; }

    public long NeedsYou { get; private set; }

    /// <summary>Raised on a pool thread, only when a number is another one.</summary>
    public event Action? Changed;

    public void Start() => tasks.Start();

    /// <summary>A page's title with the number of running tasks before it.</summary>
    public string Title(string page) => Running == 0 ? page : $"({Capped(Running, 99)}) {page}";

    /// <summary>Large numbers as people read them at a glance: "9+", "99+".</summary>
    public static string Capped(long count, int cap) => count > cap ? $"{cap}+" : $"{count}";

    private void TakeIn(LiveTaskBatch batch)
    {
        if (batch.Counts.Running == Running && batch.Counts.NeedsYou == NeedsYou) return;
        (Running, NeedsYou) = (batch.Counts.Running, batch.Counts.NeedsYou);
        Changed?.Invoke();
    }

    public void Dispose() => tasks.Changed -= TakeIn;
}
