using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using TaskDashboard.Core.Archives;
using TaskDashboard.Tests.Api;

namespace TaskDashboard.Tests.Archives;

/// <summary>A zip in memory, to be looked at, and to be put together again with something else in it.</summary>
internal sealed class ZipPicture
{
    public SortedDictionary<string, byte[]> Files { get; } = new(StringComparer.Ordinal);

    public JsonElement Manifest => JsonElement.Parse(Text("manifest.json"));

    public string ContentHash => Manifest.String("content_hash")!;

    public string Text(string path) => Encoding.UTF8.GetString(Files[path]);

    public List<JsonElement> Lines(string path) => [.. Text(path).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonElement.Parse(line))];

    public static async Task<ZipPicture> ExportAsync(HttpClient client, string taskId)
    {
        using var answer = await client.GetAsync($"/api/tasks/{taskId}/export");
        Assert.Equal((HttpStatusCode.OK, "application/zip"), (answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
        return Of(await answer.Content.ReadAsByteArrayAsync());
    }

    public static ZipPicture Of(byte[] bytes)
    {
        var picture = new ZipPicture();
        using var zip = new ZipArchive(new MemoryStream(bytes), ZipArchiveMode.Read);
        foreach (var entry in zip.Entries)
        {
            using var content = entry.Open();
            using var copy = new MemoryStream();
            content.CopyTo(copy);
            picture.Files.Add(entry.FullName, copy.ToArray());
        }

        return picture;
    }

    /// <summary>With another content in a file; the manifest says so too, as an archive does that somebody has forged with care.</summary>
    public ZipPicture With(string path, string content)
    {
        var changed = new ZipPicture();
        foreach (var (name, bytes) in Files) changed.Files[name] = bytes;
        changed.Files[path] = Encoding.UTF8.GetBytes(content);
        return changed.Signed();
    }

    /// <summary>With a manifest that fits its files.</summary>
    public ZipPicture Signed()
    {
        var files = Files.Where(file => file.Key != "manifest.json").Select(file => new ArchiveFile(file.Key, file.Value.Length, Convert.ToHexStringLower(SHA256.HashData(file.Value)))).ToList();
        var manifest = Manifest.EnumerateObject().ToDictionary(property => property.Name, property => (object)property.Value);
        manifest["files"] = files.Select(file => new { path = file.Path, size = file.Size, sha256 = file.Sha256 });
        manifest["content_hash"] = ArchiveFormat.ContentHash(files);
        Files["manifest.json"] = JsonSerializer.SerializeToUtf8Bytes(manifest);
        return this;
    }

    public byte[] ToBytes()
    {
        using var bytes = new MemoryStream();
        using (var zip = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (path, content) in Files)
            {
                using var entry = zip.CreateEntry(path).Open();
                entry.Write(content);
            }
        }

        return bytes.ToArray();
    }

    public Task<HttpResponseMessage> ImportAsync(HttpClient client) => ImportAsync(client, ToBytes());

    public static async Task<HttpResponseMessage> ImportAsync(HttpClient client, byte[] bytes)
    {
        using var content = new ByteArrayContent(bytes);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/zip");
        return await client.PostAsync("/api/imports", content);
    }
}
