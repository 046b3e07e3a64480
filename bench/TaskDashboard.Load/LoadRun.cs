using System.Diagnostics;
using TaskDashboard.Load.Measures;
using TaskDashboard.Load.Options;
using TaskDashboard.Load.Report;

namespace TaskDashboard.Load;

/// <summary>One run of the program: every asked-for row, then the table.</summary>
internal static class LoadRun
{
    /// <summary>0 when no gate was missed, 1 when one was or a row could not be measured, 130 when it was interrupted.</summary>
    public static async Task<int> RunAsync(LoadOptions options, CancellationToken cancellationToken)
    {
        var measures = new List<Measure>();
        var machine = Machine.Describe(options.Quick);
        Console.Error.WriteLine(machine);
        try
        {
            using var context = await LoadContext.StartAsync(options, cancellationToken);
            foreach (var row in options.Rows)
            {
                var begin = Stopwatch.GetTimestamp();
                Console.Error.Write($"{row.Letter} {row.Name} … ");
                measures.AddRange(await row.MeasureAsync(context, cancellationToken));
                Console.Error.WriteLine($"{Stopwatch.GetElapsedTime(begin).TotalSeconds:0.0} s");
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            Console.Error.WriteLine("Interrupted; this is what was measured until then.");
        }

        measures = [.. measures.OrderBy(measure => measure.Row, StringComparer.Ordinal)];
        Console.WriteLine(MarkdownReport.Write(machine, measures));
        if (options.JsonFile is not null) await JsonReport.WriteAsync(options.JsonFile, machine, measures);
        if (cancellationToken.IsCancellationRequested) return 130;
        return measures.Any(measure => measure.Verdict is Verdict.MissesGate or Verdict.NotRun) ? 1 : 0;
    }
}
