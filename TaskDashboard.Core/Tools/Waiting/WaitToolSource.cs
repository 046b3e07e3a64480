using System.ComponentModel;
using System.Globalization;

namespace TaskDashboard.Core.Tools.Waiting;

/// <summary><c>wait</c>: lets time pass, without holding a thread.</summary>
internal sealed class WaitToolSource : IToolSource
{
    private const double MaxSeconds = 3_600;

    private readonly TimeProvider time;
    private readonly ToolPrototype prototype;

    public WaitToolSource(TimeProvider time)
    {
        this.time = time;
        prototype = new(WaitAsync, "wait", "Waits for a number of seconds, from 0 to 3600, and then returns.",
            ToolRisk.Read, arguments => $"Wait {ToolTitle.Text(arguments, "seconds")} s");
        Names = [prototype.Name];
    }

    public IReadOnlyList<string> Names { get; }

    public IEnumerable<AgentTool> Create(ToolContext context) => [prototype.Bind(new WorkDirectory(context))];

    private async Task<string> WaitAsync([Description("How long, from 0 to 3600.")] double seconds, CancellationToken cancellationToken)
    {
        if (seconds is not (>= 0 and <= MaxSeconds)) throw new ToolException(string.Create(CultureInfo.InvariantCulture, $"seconds must be from 0 to {MaxSeconds}, not {seconds}."));
        await Task.Delay(TimeSpan.FromSeconds(seconds), this.time, cancellationToken).ConfigureAwait(false);
        return string.Create(CultureInfo.InvariantCulture, $"Waited {seconds} s.");
    }
}
