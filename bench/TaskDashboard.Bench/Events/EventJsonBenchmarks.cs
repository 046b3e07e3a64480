using System.Globalization;
using BenchmarkDotNet.Attributes;
using TaskDashboard.Core.Chats;
using TaskDashboard.Core.Events;

namespace TaskDashboard.Bench.Events;

/// <summary>The wire form of what every viewer receives: made once for each event and each piece of streaming text.</summary>
[MemoryDiagnoser]
public class EventJsonBenchmarks
{
    private const string TaskId = "task_0190f3c2a4b87c11a2b3c4d5e6f70811";
    private const string Id = "0190f3c2a4b87c11a2b3c4d5e6f70812";

    private static readonly DateTimeOffset At = DateTimeOffset.Parse("2026-01-02T03:04:05.678Z", CultureInfo.InvariantCulture);

    private MessageData message = null!;
    private byte[] data = [];
    private string text = "";

    /// <summary>A token, a sentence, a page.</summary>
    [Params(6, 120, 4_000)]
    public int Characters { get; set; }

    [GlobalSetup]
    public void Prepare()
    {
        text = new string('a', Characters);
        message = new MessageData("msg_" + Id, EntryRole.Assistant, text) { TaskId = TaskId };
        data = EventJson.Data(message);
    }

    [Benchmark]
    public byte[] Data() => EventJson.Data(message);

    [Benchmark]
    public byte[] Event() => EventJson.Event(48_211, 7, EventTypes.Message, At, TaskId, "run_" + Id, "chat_" + Id, "user_local", "session_" + Id, data);

    [Benchmark]
    public ReadOnlyMemory<byte> Delta() => new DeltaFrame(TaskId, "msg_" + Id, EntryRole.Assistant, 1_234, text).Json;
}
