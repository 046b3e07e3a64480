using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using TaskDashboard.Core.Attachments;
using TaskDashboard.Core.Events;
using TaskDashboard.Core.Requests;
using TaskDashboard.Core.Runs;

namespace TaskDashboard.Core.Archives;

/// <summary>
/// The ids of one import. Everything that is imported gets an id of its own here, so that it can stand beside its original and beside another import of the same
/// file, and an export of it has the original ids again, so that its content is the same.
/// </summary>
/// <remarks>
/// An id is a UUID version 7: a time, and 74 random bits. Those of an import differ from the original ones in the random bits, by the random bits of the import's
/// own id (exclusive or). So kind, order in time and form stay, no table of pairs is needed, and the way there is also the way back. What people and models wrote is left
/// as it is, ids in it too.
/// </remarks>
internal sealed class ImportedIds
{
    private const int Digits = 32;

    /// <summary>Where the random bits are: behind the version, and behind the variant.</summary>
    private static readonly UInt128 RandomBits = UInt128.Parse("0000000000000fff3fffffffffffffff", NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    private static readonly SearchValues<char> Hex = SearchValues.Create("0123456789abcdef");

    private readonly UInt128 difference;

    private ImportedIds(UInt128 difference) => this.difference = difference;

    /// <summary>Of what was not imported: every id is its own.</summary>
    public static ImportedIds None { get; } = new(0);

    /// <param name="importId">The import.</param>
    public static ImportedIds Of(string importId) =>
        Read(importId) is { } bits ? new ImportedIds(bits & RandomBits) : throw new ArgumentException($"{importId} is not the id of an import.", nameof(importId));

    /// <summary>Whether it is an id of this kind, as this program makes them.</summary>
    public static bool IsId([NotNullWhen(true)] string? id, string kind) => id is not null && id.Length == kind.Length + 1 + Digits && id.StartsWith(kind, StringComparison.Ordinal) && Read(id) is not null;

    /// <summary>The id on the other side; what is no id of ours stays.</summary>
    public string Map(string id)
    {
        if (difference == 0 || Read(id) is not { } bits) return id;
        return string.Concat(id.AsSpan(0, id.Length - Digits), (bits ^ difference).ToString("x32", CultureInfo.InvariantCulture));
    }

    /// <inheritdoc cref="Map(string)"/>
    public string? MapAny(string? id) => id is null ? null : Map(id);

    public IReadOnlyList<AttachedFile>? Map(IReadOnlyList<AttachedFile>? files) => files is null || difference == 0 ? files : [.. files.Select(file => file with { Id = Map(file.Id) })];

    public EventData Map(EventData data)
    {
        if (difference == 0) return data;
        EventData mapped = data switch
        {
            MessageData message => message with { MessageId = Map(message.MessageId), From = MapAny(message.From), Attachments = Map(message.Attachments) },
            ThoughtData thought => thought with { MessageId = Map(thought.MessageId) },
            RequestData request => request with { RequestId = Map(request.RequestId) },
            RequestResolvedData resolved => resolved with { RequestId = Map(resolved.RequestId) },
            RunData run => run with { RunId = Map(run.RunId) },
            _ => data,
        };
        return mapped with { TaskId = MapAny(mapped.TaskId)! };
    }

    public Run Map(Run run) => run with
    {
        RunId = Map(run.RunId),
        TaskId = Map(run.TaskId),
        Steps = run.Steps is null ? null : [.. run.Steps.Select(step => step with { StepId = Map(step.StepId), RunId = Map(step.RunId) })],
    };

    public TaskRequest Map(TaskRequest request) => request with { RequestId = Map(request.RequestId), TaskId = Map(request.TaskId), RunId = MapAny(request.RunId) };

    private static UInt128? Read(string id)
    {
        var at = id.Length - Digits;
        if (at < 2 || id[at - 1] != '_' || id.AsSpan(at).ContainsAnyExcept(Hex)) return null;
        return UInt128.Parse(id.AsSpan(at), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
    }
}
