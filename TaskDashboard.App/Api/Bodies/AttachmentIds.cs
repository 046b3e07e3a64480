using TaskDashboard.App.Api.Problems;

namespace TaskDashboard.App.Api.Bodies;

/// <summary><c>attachments</c> as it is sent: ids of uploads.</summary>
internal static class AttachmentIds
{
    /// <summary>Null where there are none, whichever way that is said.</summary>
    public static IReadOnlyList<string>? Read(IReadOnlyList<string>? ids, FieldErrors errors)
    {
        if (ids is not { Count: > 0 }) return null;
        if (ids.Any(string.IsNullOrWhiteSpace)) errors.Add("attachments", "attachments has an empty id.");
        return ids;
    }
}
