using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using TaskDashboard.Core.Agents;
using TaskDashboard.Core.Approvals;
using TaskDashboard.Core.Archives;
using TaskDashboard.Core.Attachments;
using TaskDashboard.Core.Backups;
using TaskDashboard.Core.BulkJobs;
using TaskDashboard.Core.Chats;
using TaskDashboard.Core.Notifications;
using TaskDashboard.Core.Requests;
using TaskDashboard.Core.Runs;
using TaskDashboard.Core.Storage.Rows;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Core.Templates;
using TaskDashboard.Core.Triggers;

namespace TaskDashboard.Core.Events;

/// <summary>The wire form of everything that the engine shows: snake_case JSON, UTC times with <c>Z</c>.</summary>
public static partial class EventJson
{
    private const int MaxKeptBuffer = 256 * 1024;

    private static readonly JsonWriterOptions WriterOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    // One for each thread: events are made on the writer's thread, thousands a second.
    [ThreadStatic] private static ArrayBufferWriter<byte>? threadBuffer;
    [ThreadStatic] private static Utf8JsonWriter? threadWriter;

    /// <summary>The options that endpoints and hubs share with the log.</summary>
    /// <remarks>The relaxed encoder leaves text readable in streams; pages encode for HTML where they render.</remarks>
    public static JsonSerializerOptions Options { get; } = CreateOptions();

    internal static WireJson Wire { get; } = new(new JsonSerializerOptions(Options));

    /// <summary>For what comes from elsewhere: what has to be there has to be there.</summary>
    internal static WireJson Strict { get; } = new(new JsonSerializerOptions(Options) { RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true });

    internal static byte[] Data(EventData data) => JsonSerializer.SerializeToUtf8Bytes(data, data.GetType(), Wire);

    internal static EventData ReadData(string type, ReadOnlySpan<byte> json) => ReadData(type, json, Wire);

    internal static EventData ReadData(string type, ReadOnlySpan<byte> json, WireJson wire) =>
        (EventData?)JsonSerializer.Deserialize(json, DataTypes[type], wire)
        ?? throw new JsonException($"An event of type {type} has no data.");

    internal static bool IsKnown(string type) => DataTypes.ContainsKey(type);

    internal static byte[] Event(
        long id, long seq, string type, DateTimeOffset at, string? runId, AgentTask task, ReadOnlySpan<byte> data) =>
        Event(id, seq, type, at, task.Id, runId, task.ChatId, task.UserId, task.SessionId, data);

    internal static byte[] Event(
        long id, long seq, string type, DateTimeOffset at, string taskId, string? runId, string chatId, string userId, string sessionId,
        ReadOnlySpan<byte> data)
    {
        var writer = BeginObject();
        writer.WriteNumber("seq"u8, seq);
        writer.WriteNumber("id"u8, id);
        writer.WriteString("type"u8, type);
        writer.WriteString("at"u8, at.UtcDateTime);
        writer.WriteString("task_id"u8, taskId);
        writer.WriteString("run_id"u8, runId);
        writer.WriteString("chat_id"u8, chatId);
        writer.WriteString("user_id"u8, userId);
        writer.WriteString("session_id"u8, sessionId);
        writer.WritePropertyName("data"u8);
        writer.WriteRawValue(data, skipInputValidation: true);
        return EndObject(writer);
    }

    internal static byte[] Snapshot(SnapshotFrame frame)
    {
        var writer = BeginObject();
        writer.WritePropertyName("task"u8);
        JsonSerializer.Serialize(writer, frame.Task, Wire.AgentTask);
        writer.WritePropertyName("open_requests"u8);
        JsonSerializer.Serialize(writer, frame.Task.OpenRequests, Wire.IReadOnlyListTaskRequest);
        writer.WritePropertyName("partial"u8);
        JsonSerializer.Serialize(writer, frame.Partial, Wire.OpenMessage!);
        writer.WriteNumber("last_seq"u8, frame.Task.LastSeq);
        if (frame.Resync) writer.WriteBoolean("resync"u8, true);
        writer.WriteString("task_id"u8, frame.Task.Id);
        return EndObject(writer);
    }

    internal static byte[] Delta(DeltaFrame frame)
    {
        var writer = BeginObject();
        writer.WriteString("message_id"u8, frame.MessageId);
        writer.WriteNumber("offset"u8, frame.Offset);
        writer.WriteString("text"u8, frame.Text);
        if (!frame.IsOrdinary) writer.WriteString("task_id"u8, frame.TaskId);
        return EndObject(writer);
    }

    internal static byte[] Marker(string name, string taskId) =>
        JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, string> { ["type"] = name, ["task_id"] = taskId }, Wire.DictionaryStringString);

    internal static byte[] Counts(TaskCounts counts) => JsonSerializer.SerializeToUtf8Bytes(CountsByName(counts), Wire.DictionaryStringInt64);

    internal static byte[] ListSnapshot(ListSnapshotFrame frame)
    {
        var writer = BeginObject();
        writer.WritePropertyName("counts"u8);
        JsonSerializer.Serialize(writer, CountsByName(frame.Counts), Wire.DictionaryStringInt64);
        writer.WriteNumber("last_id"u8, frame.LastId);
        if (frame.Resync) writer.WriteBoolean("resync"u8, true);
        return EndObject(writer);
    }

    private static Utf8JsonWriter BeginObject()
    {
        var buffer = threadBuffer ??= new ArrayBufferWriter<byte>(4096);
        var writer = threadWriter ??= new Utf8JsonWriter(buffer, WriterOptions);

        // A thread that once made a huge event does not keep its buffer for good.
        if (buffer.Capacity > MaxKeptBuffer)
        {
            buffer = threadBuffer = new ArrayBufferWriter<byte>(4096);
            writer = threadWriter = new Utf8JsonWriter(buffer, WriterOptions);
        }

        buffer.ResetWrittenCount();
        writer.Reset(buffer);
        writer.WriteStartObject();
        return writer;
    }

    private static byte[] EndObject(Utf8JsonWriter writer)
    {
        writer.WriteEndObject();
        writer.Flush();
        return threadBuffer!.WrittenSpan.ToArray();
    }

    private static Dictionary<string, long> CountsByName(TaskCounts counts)
    {
        var byName = counts.ByStatus.ToDictionary(pair => pair.Key.ToWire(), pair => pair.Value);
        byName["needs_you"] = counts.NeedsYou;
        return byName;
    }

    private static JsonSerializerOptions CreateOptions()
    {
        var options = new JsonSerializerOptions(JsonSerializerDefaults.Web)
        {
            PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
            DictionaryKeyPolicy = null,
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
            NumberHandling = JsonNumberHandling.Strict,
        };
        options.Converters.Add(new UtcTimeConverter());
        return options;
    }

    private static readonly Dictionary<string, Type> DataTypes = new()
    {
        [EventTypes.Status] = typeof(StatusData),
        [EventTypes.Message] = typeof(MessageData),
        [EventTypes.Thought] = typeof(ThoughtData),
        [EventTypes.ToolUse] = typeof(ToolUseData),
        [EventTypes.ToolResult] = typeof(ToolResultData),
        [EventTypes.Request] = typeof(RequestData),
        [EventTypes.RequestResolved] = typeof(RequestResolvedData),
        [EventTypes.Usage] = typeof(UsageData),
        [EventTypes.Run] = typeof(RunData),
        [EventTypes.Subtask] = typeof(SubtaskData),
        [EventTypes.Progress] = typeof(ProgressData),
        [EventTypes.Error] = typeof(ErrorData),
        [EventTypes.Title] = typeof(TitleData),
        [EventTypes.Deleted] = typeof(DeletedData),
    };

    private sealed class UtcTimeConverter : JsonConverter<DateTimeOffset>
    {
        public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.GetDateTimeOffset();

        public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) => writer.WriteStringValue(value.UtcDateTime);
    }
}

/// <summary>Serializers made at build for everything that crosses the wire.</summary>
[JsonSerializable(typeof(AgentTask))]
[JsonSerializable(typeof(TaskPage))]
[JsonSerializable(typeof(OpenMessage))]
[JsonSerializable(typeof(Run))]
[JsonSerializable(typeof(ChatEntry))]
[JsonSerializable(typeof(AgentDefinition))]
[JsonSerializable(typeof(IReadOnlyList<TaskRequest>))]
[JsonSerializable(typeof(ApprovalRule))]
[JsonSerializable(typeof(TriggerDefinition))]
[JsonSerializable(typeof(NotificationTarget))]
[JsonSerializable(typeof(NotificationPayload))]
[JsonSerializable(typeof(TemplateDefinition))]
[JsonSerializable(typeof(RequestDetails))]
[JsonSerializable(typeof(ArchiveManifest))]
[JsonSerializable(typeof(BackupManifest))]
[JsonSerializable(typeof(IReadOnlyList<StoredBulkJob>))]
[JsonSerializable(typeof(EventLine))]
[JsonSerializable(typeof(MessageLine))]
[JsonSerializable(typeof(AttachmentLine))]
[JsonSerializable(typeof(TaskRequest))]
[JsonSerializable(typeof(JsonElement))]
[JsonSerializable(typeof(IReadOnlyList<string>))]
[JsonSerializable(typeof(IReadOnlyList<TaskDependency>))]
[JsonSerializable(typeof(StopReceipt))]
[JsonSerializable(typeof(TaskSettings))]
[JsonSerializable(typeof(IReadOnlyList<AttachedFile>))]
[JsonSerializable(typeof(IReadOnlyList<CallAttempt>))]
[JsonSerializable(typeof(IReadOnlyDictionary<string, string>))]
[JsonSerializable(typeof(Dictionary<string, string>))]
[JsonSerializable(typeof(Dictionary<string, long>))]
[JsonSerializable(typeof(StatusData))]
[JsonSerializable(typeof(MessageData))]
[JsonSerializable(typeof(ThoughtData))]
[JsonSerializable(typeof(ToolUseData))]
[JsonSerializable(typeof(ToolResultData))]
[JsonSerializable(typeof(RequestData))]
[JsonSerializable(typeof(RequestResolvedData))]
[JsonSerializable(typeof(UsageData))]
[JsonSerializable(typeof(RunData))]
[JsonSerializable(typeof(SubtaskData))]
[JsonSerializable(typeof(ProgressData))]
[JsonSerializable(typeof(ErrorData))]
[JsonSerializable(typeof(TitleData))]
[JsonSerializable(typeof(DeletedData))]
internal sealed partial class WireJson : JsonSerializerContext;
