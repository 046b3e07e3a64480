using TaskDashboard.Core.People;
using TaskDashboard.Core.Replays;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Core.Access;

/// <summary>A member replays what they see: it takes the server's time, and changes nothing.</summary>
internal sealed class CallerReplays(RunReplays inner, CallerTaskReader tasks, ICallerSource source) : IReplays
{
    public async Task<ReplayReport> ReplayAsync(string runId, CancellationToken cancellationToken = default)
    {
        if (await tasks.FindRunAsync(runId, cancellationToken) is null) throw RefusedException.NotFound("run", runId);
        return source.Caller.Role >= PersonRole.Member ? await inner.ReplayAsync(runId, cancellationToken) : throw RefusedException.NotAllowed("members");
    }
}
