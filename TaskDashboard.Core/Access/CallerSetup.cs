using TaskDashboard.Core.People;
using TaskDashboard.Core.Setup;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Core.Access;

/// <summary>The setup, for whoever may start tasks; where the data is kept is for owners to know.</summary>
internal sealed class CallerSetup(SetupCheck check, ICallerSource source) : ISetupCheck
{
    public async Task<SetupReport> LookAsync(CancellationToken cancellationToken = default)
    {
        RequireMember();
        var report = await check.LookAsync(cancellationToken);
        return source.Caller.Role >= PersonRole.Owner ? report : report with { DataDirectory = report.DataDirectory with { Path = null, FreeBytes = null } };
    }

    public Task<ModelSetup> AskAsync(string model, CancellationToken cancellationToken = default)
    {
        RequireMember();
        return check.AskAsync(model, cancellationToken);
    }

    private void RequireMember()
    {
        if (source.Caller.Role < PersonRole.Member) throw RefusedException.NotAllowed("members");
    }
}
