using TaskDashboard.Core.SelfCheck;

namespace TaskDashboard.App.ViewModels;

/// <summary>What the watchdog saw last, for one circuit: pushed, never asked for.</summary>
public sealed class SelfCheckViewModel : IDisposable
{
    private readonly ISelfCheck check;

    public SelfCheckViewModel(ISelfCheck check)
    {
        this.check = check;
        check.Changed += Tell;
    }

    public SelfCheckReport Report => check.Current;

    /// <summary>How many invariants are broken.</summary>
    public int Broken => check.Current.Invariants.Count(invariant => invariant.Status == InvariantStatus.Failing);

    /// <summary>There was another look. Raised on the watchdog's thread.</summary>
    public event Action? Changed;

    /// <summary>Looks now.</summary>
    public Task CheckAsync(CancellationToken cancellationToken) => check.CheckAsync(cancellationToken);

    private void Tell() => Changed?.Invoke();

    public void Dispose()
    {
        Changed = null;
        check.Changed -= Tell;
    }
}
