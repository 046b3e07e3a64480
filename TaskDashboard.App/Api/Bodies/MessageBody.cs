using System.ComponentModel;
using System.Text.Json;
using TaskDashboard.App.Api.Problems;
using TaskDashboard.Core.Access;
using TaskDashboard.Core.Attachments;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.App.Api.Bodies;

/// <summary>What POST /api/tasks/{id}/message takes: <c>message</c> and <c>attachments</c>, or <c>content</c>, which says both in one.</summary>
internal sealed record MessageBody
{
    [Description("Required without content. What the agent is told; up to 1 MiB.")]
    public string? Message { get; init; }

    [Description("Ids of uploaded files (POST /api/attachments) that go along with it.")]
    public IReadOnlyList<string>? Attachments { get; init; }

    [Description("In place of message and attachments: an array of {\"type\":\"text\",\"text\"}, {\"type\":\"attachment\",\"attachment_id\"} and "
        + "{\"type\":\"image\",\"media_type\",\"data\" (base64)}. The message then is the text parts, an empty line between two; where it is given besides, it has to be just that.")]
    public JsonElement? Content { get; init; }

    [Description("queue (at the end of its turn), steer (at its next step), interrupt (now) or reject (not while it runs). Default queue.")]
    public string? Mode { get; init; }

    [Description("Chosen by the sender: a repeat is answered with the first receipt.")]
    public string? ClientMessageId { get; init; }

    /// <summary>The message as it is asked for; images that stand in it become attachments first (<see cref="MessageDraft.StoreImagesAsync"/>).</summary>
    public MessageDraft ToDraft()
    {
        var errors = new FieldErrors();
        var content = Content is { ValueKind: not JsonValueKind.Null } given ? ContentParts.Read(given, errors) : null;
        var ids = AttachmentIds.Read(Attachments, errors);
        if (Content is null or { ValueKind: JsonValueKind.Null })
        {
            if (Message is null) errors.Add("message", "message is missing.");
        }
        else
        {
            if (ids is not null) errors.Add("attachments", "attachments go without content: name them in content, as parts of type attachment.");
            if (Message is not null && content is not null && Message != content.Text) errors.Add("message", "message says something else than the text parts of content: give one of them.");
        }

        var mode = MessageModeText.Read(Mode, errors);
        errors.Refuse();
        var command = new SendMessage(content?.Text ?? Message!, mode ?? MessageMode.Queue, ClientMessageId);
        return new MessageDraft(command, content?.Files ?? [.. ids?.Select(id => new ContentFile("attachments", id, null)) ?? []]);
    }
}

/// <summary>A message of which the images may still have to be stored.</summary>
internal sealed record MessageDraft(SendMessage Command, IReadOnlyList<ContentFile> Files)
{
    /// <summary>Stores the images that stand in the message itself.</summary>
    public async Task<IReadOnlyList<Attachment>> StoreImagesAsync(CallerAttachments store, CancellationToken cancellationToken)
    {
        var images = Files.Where(file => file.Image is not null).ToList();
        if (images.Count == 0) return [];
        using var upload = store.BeginUpload();
        foreach (var (index, image) in images.Index())
        {
            using var bytes = new MemoryStream(image.Image!, writable: false);
            await upload.AddImageAsync(image.Place, $"image-{index + 1}", bytes, cancellationToken);
        }

        return await upload.StoreAsync();
    }

    /// <summary>The message, with the images by the ids that they were given.</summary>
    public SendMessage With(IReadOnlyList<Attachment> images)
    {
        var next = 0;
        return Files.Count == 0 ? Command : Command with { Attachments = [.. Files.Select(file => file.AttachmentId ?? images[next++].Id)] };
    }
}
