namespace TaskDashboard.Core.Tools.Commands;

/// <summary>
/// Takes in all that one command writes. As long as a result can hold it, it stays in memory and is dropped at the end; what is more goes to a file, up to
/// a bound. Used by one writer at a time.
/// </summary>
internal sealed class CommandOutput : IDisposable
{
    /// <summary>So much a result holds whole.</summary>
    public const int HeldByResult = 64 * 1024;

    private readonly Lock gate = new();
    private readonly string file;
    private readonly long most;
    private MemoryStream? beginning = new();
    private FileStream? whole;
    private long total;
    private string? failure;

    public CommandOutput(string file, long most) => (this.file, this.most) = (file, most);

    /// <summary>How many bytes came, also those that were not kept.</summary>
    public long Total
    {
        get { lock (gate) return total; }
    }

    /// <summary>Why the file does not hold all that it should; null while it does.</summary>
    public string? Failure
    {
        get { lock (gate) return failure; }
    }

    /// <summary>Never throws: a full disk must not keep the command from writing on.</summary>
    public void Add(ReadOnlySpan<byte> piece)
    {
        lock (gate)
        {
            total += piece.Length;
            if (failure is not null) return;
            try
            {
                Keep(piece);
            }
            catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
            {
                failure = refused.Message;
            }
        }
    }

    public void Dispose()
    {
        lock (gate)
        {
            whole?.Dispose();
            beginning?.Dispose();
        }
    }

    private void Keep(ReadOnlySpan<byte> piece)
    {
        if (beginning is not null && total <= HeldByResult)
        {
            beginning.Write(piece);
            return;
        }

        if (beginning is not null) BeginFile();
        var room = most - whole!.Position;
        if (room > 0) whole.Write(piece[..(int)Math.Min(piece.Length, room)]);
    }

    private void BeginFile()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        whole = new FileStream(file, FileMode.Create, FileAccess.Write, FileShare.Read | FileShare.Delete);
        beginning!.WriteTo(whole);
        beginning.Dispose();
        beginning = null;
    }
}
