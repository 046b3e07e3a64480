using System.Text;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Core.Tools.Files;

namespace TaskDashboard.Core.Attachments;

/// <summary>
/// A file on its way in: written to the disk as it comes, never held whole, and looked at on the way. Until it is kept it lies under a name of its own,
/// which the next start sweeps away if this process does not.
/// </summary>
internal sealed class IncomingFile : IDisposable
{
    private const int BufferBytes = 64 * 1024;
    private const int HeadBytes = 8 * 1024;

    private readonly string path;
    private bool kept;

    private IncomingFile(string path, string name) => (this.path, Name) = (path, name);

    public string Name { get; set; }

    public string MediaType { get; private set; } = "";

    public long Size { get; private set; }

    /// <param name="folder">Where it is written to.</param>
    /// <param name="name">What its owner calls it.</param>
    /// <param name="content">Its content, read to the end.</param>
    /// <param name="field">The field of the request that it comes in.</param>
    /// <param name="most">How many bytes it may have.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="RefusedException">It is empty, too large, or of a kind that is not taken. Nothing of it is left.</exception>
    public static async Task<IncomingFile> ReceiveAsync(AttachmentFolder folder, string name, Stream content, string field, long most, CancellationToken cancellationToken)
    {
        var file = new IncomingFile(OnDisk(folder.NewTemporary), name);
        try
        {
            await file.ReceiveAsync(content, field, most, cancellationToken);
            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Moves it, whole and on the disk, to where it stays.</summary>
    /// <exception cref="RefusedException">The disk does not take it.</exception>
    public void Keep(string target)
    {
        OnDisk(() =>
        {
            File.Move(path, target);
            return kept = true;
        });
    }

    public void Dispose()
    {
        if (!kept && File.Exists(path)) File.Delete(path);
    }

    private async Task ReceiveAsync(Stream content, string field, long most, CancellationToken cancellationToken)
    {
        var buffer = new byte[BufferBytes];
        await using var target = OnDisk(() => new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0, useAsync: true));
        var read = await content.ReadAtLeastAsync(buffer, HeadBytes, throwOnEndOfStream: false, cancellationToken);
        if (read == 0) throw RefusedException.Validation(field, $"{Name} is empty: there is nothing to attach.");
        var image = MediaTypes.OfImage(buffer.AsSpan(0, read));
        var text = image is null ? new TextCheck() : null;
        if (text is not null && !Equals(TextFile.Detect(buffer.AsSpan(0, Math.Min(read, HeadBytes))), Encoding.UTF8)) throw NotTaken(field);
        for (; read > 0; read = await content.ReadAsync(buffer, cancellationToken))
        {
            Size += read;
            if (Size > most) throw RefusedException.TooLarge(field, $"{Name} is larger than {ByteSize.Text(most)} (TaskDashboard:Attachments:MaxBytes). Nothing of it was stored.");
            if (text?.Takes(buffer.AsSpan(0, read)) is false) throw NotTaken(field);
            await OnDiskAsync(target.WriteAsync(buffer.AsMemory(0, read), cancellationToken));
        }

        if (text?.Ends() is false) throw NotTaken(field);
        MediaType = image ?? MediaTypes.OfText(Name);

        // Without it a power cut after the row was written could leave an empty file behind it.
        OnDisk(() =>
        {
            target.Flush(flushToDisk: true);
            return true;
        });
    }

    /// <summary>Tells a failure of the disk from one of whoever sends: the one is ours, and passes.</summary>
    private static TResult OnDisk<TResult>(Func<TResult> write)
    {
        try
        {
            return write();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Unwritable(exception);
        }
    }

    /// <inheritdoc cref="OnDisk"/>
    private static async ValueTask OnDiskAsync(ValueTask write)
    {
        try
        {
            await write;
        }
        catch (IOException exception)
        {
            throw Unwritable(exception);
        }
    }

    private static RefusedException Unwritable(Exception exception) => RefusedException.StoreUnavailable($"The attachment cannot be written: {exception.Message}");

    private RefusedException NotTaken(string field) => RefusedException.Unsupported(
        field, $"{Name} is neither text in UTF-8 nor a PNG, JPEG, GIF or WebP image; other files are not taken. Nothing of it was stored.");

    /// <summary>Is it UTF-8 without a zero, to the last byte? The first bytes of a file prove little about the rest.</summary>
    private sealed class TextCheck
    {
        private readonly Decoder decoder = new UTF8Encoding(false, throwOnInvalidBytes: true).GetDecoder();
        private readonly char[] characters = new char[BufferBytes + 4];

        public bool Takes(ReadOnlySpan<byte> bytes) => !bytes.Contains((byte)0) && Decodes(bytes, isEnd: false);

        public bool Ends() => Decodes([], isEnd: true);

        private bool Decodes(ReadOnlySpan<byte> bytes, bool isEnd)
        {
            try
            {
                decoder.GetChars(bytes, characters, isEnd);
                return true;
            }
            catch (DecoderFallbackException)
            {
                return false;
            }
        }
    }
}
