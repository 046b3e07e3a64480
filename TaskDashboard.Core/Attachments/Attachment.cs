using System.Text.Json.Serialization;

namespace TaskDashboard.Core.Attachments;

/// <summary>A file that was uploaded, to go along with a message. Its content never changes.</summary>
/// <param name="Id">Such as <c>att_0190…</c>.</param>
/// <param name="Name">What its owner calls it: one name without a folder. Never a name on this machine's disk.</param>
/// <param name="MediaType">What it was found to be, whatever was claimed: one of four kinds of image, or a kind of text.</param>
/// <param name="Size">In bytes.</param>
/// <param name="CreatedAt">When it was uploaded.</param>
public sealed record Attachment(string Id, string Name, string MediaType, long Size, DateTimeOffset CreatedAt)
{
    [JsonIgnore] public bool IsImage => MediaTypes.IsImage(MediaType);

    /// <summary>The task that took it along; null until a message does.</summary>
    [JsonIgnore] internal string? TaskId { get; init; }

    /// <summary>Who uploaded it.</summary>
    [JsonIgnore] internal string? PersonId { get; init; }

    /// <summary>As a message tells it.</summary>
    public AttachedFile ToAttachedFile() => new(Id, Name, MediaType, Size);
}

/// <summary>A file as the message tells it that took it along.</summary>
/// <param name="Id">Where its content is: <c>/api/attachments/{id}</c>.</param>
/// <param name="Name">What its owner calls it.</param>
/// <param name="MediaType">What it was found to be.</param>
/// <param name="Size">In bytes.</param>
public sealed record AttachedFile(string Id, string Name, string MediaType, long Size)
{
    [JsonIgnore] public bool IsImage => MediaTypes.IsImage(MediaType);
}
