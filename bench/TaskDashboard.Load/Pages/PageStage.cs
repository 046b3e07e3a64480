using System.Globalization;
using System.Text.Json;
using TaskDashboard.Load.Client;
using TaskDashboard.Load.Processes;

namespace TaskDashboard.Load.Pages;

/// <summary>The product with as much in it as the pages are promised for: 100,000 tasks (10,000 in a quick run), and one chat of 10,000 events.</summary>
/// <param name="Product">The product.</param>
/// <param name="Tasks">How many tasks it has.</param>
/// <param name="ChatTaskId">The task with the long chat.</param>
internal sealed record PageStage(ProductProcess Product, int Tasks, string ChatTaskId)
{
    public const int Events = 10_000;

    public TaskServer Server => Product.Server;

    /// <summary>Where the long chat is.</summary>
    public string ChatPath => $"/chat?taskId={ChatTaskId}";

    public static async Task<PageStage> SetUpAsync(ProductProcess product, int tasks, CancellationToken cancellationToken)
    {
        await product.RestartAsync(async () =>
        {
            await ChildProcess.RunOwnAsync([StoreSeeding.Verb, product.DataDirectory, Text(tasks)], cancellationToken);
            await ChildProcess.RunOwnAsync([StoreSeeding.TranscriptVerb, product.DataDirectory, Text(Events), "agent_seeded"], cancellationToken);
        }, cancellationToken);

        // Stored last, so it stands first.
        using var newest = JsonDocument.Parse(await product.Server.GetAsync("/api/tasks?limit=1", cancellationToken));
        return new PageStage(product, tasks, newest.RootElement.GetProperty("items")[0].GetProperty("id").GetString()!);

        static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
    }
}
