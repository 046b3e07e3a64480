using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Core.Attachments;

/// <summary>Why a message does not get the files that it names.</summary>
internal static class AttachmentRefusal
{
    public static RefusedException Of(string message) => RefusedException.Validation("attachments", message);

    public static RefusedException Missing(string id) =>
        Of($"There is no attachment {id}; one that no message took along within a day is removed. Upload the file again.");

    public static RefusedException Taken(AttachedFile file) =>
        Of($"{file.Name} ({file.Id}) belongs to another task already. Upload the file again.");
}
