using System.Text;
using Microsoft.Extensions.DependencyInjection;
using TaskDashboard.Core.Attachments;
using TaskDashboard.Tests.Fixtures;

namespace TaskDashboard.Tests.Attachments;

/// <summary>Files that tests attach.</summary>
internal static class AttachmentSamples
{
    /// <summary>One transparent pixel.</summary>
    public static byte[] Png { get; } = Convert.FromBase64String("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==");

    public static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);

    public static AttachmentStore Attachments(this Engine engine) => engine.Services.GetRequiredService<AttachmentStore>();

    public static async Task<Attachment> UploadAsync(this AttachmentStore store, string name, byte[] content)
    {
        using var upload = store.BeginUpload();
        using var stream = new MemoryStream(content);
        await upload.AddAsync("file", name, stream, CancellationToken.None);
        return Assert.Single(await upload.StoreAsync());
    }

    public static Task<Attachment> UploadAsync(this Engine engine, string name, string text) => engine.Attachments().UploadAsync(name, Utf8(text));

    /// <summary>What lies in the folder of attachments.</summary>
    public static IReadOnlyList<string> AttachmentFiles(string dataDirectory)
    {
        var folder = Path.Combine(dataDirectory, "attachments");
        return Directory.Exists(folder) ? [.. Directory.EnumerateFiles(folder).Select(file => Path.GetFileName(file)).Order()] : [];
    }
}
