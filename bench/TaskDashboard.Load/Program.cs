using System.Globalization;
using TaskDashboard.Load;
using TaskDashboard.Load.Floor;
using TaskDashboard.Load.Model;
using TaskDashboard.Load.Options;
using TaskDashboard.Load.Screenshots;

// The program is also its own children: each server runs in a process of its own, so that no two share a garbage collector.
switch (args)
{
    case [ModelServer.Verb]:
        await ModelServer.RunAsync();
        return 0;

    case [FloorServer.Verb, var modelAddress]:
        await FloorServer.RunAsync(new Uri(modelAddress));
        return 0;

    case [StoreSeeding.Verb, var dataDirectory, var tasks]:
        await StoreSeeding.RunAsync(dataDirectory, int.Parse(tasks, CultureInfo.InvariantCulture));
        return 0;

    case [StoreSeeding.TranscriptVerb, var dataDirectory, var events, var agentId]:
        await StoreSeeding.RunTranscriptAsync(dataDirectory, int.Parse(events, CultureInfo.InvariantCulture), agentId);
        return 0;

    case [ScreenshotRun.Verb, var folder, var format, .. var only] when format is "webp" or "png":
        await ScreenshotRun.RunAsync(folder, format, only, CancellationToken.None);
        return 0;
}

if (!LoadOptions.TryParse(args, out var options, out var problem))
{
    Console.Error.WriteLine(problem);
    Console.Error.WriteLine(LoadOptions.Usage);
    return 2;
}

using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, pressed) =>
{
    // The first Ctrl+C ends the children and removes their data; a second one ends the program as usual.
    pressed.Cancel = !stop.IsCancellationRequested;
    stop.Cancel();
};

return await LoadRun.RunAsync(options, stop.Token);
