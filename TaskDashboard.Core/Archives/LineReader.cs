using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace TaskDashboard.Core.Archives;

/// <summary>Reads a file of JSON lines, one line at a time; a line may have <see cref="MostBytes"/>. For one reader.</summary>
internal sealed class LineReader(string path, Stream content)
{
    /// <summary>Longest line; an event holds one message or one result at most.</summary>
    internal const int MostBytes = 32 << 20;

    private byte[] buffer = new byte[64 * 1024];
    private int start;
    private int end;
    private bool ended;

    /// <summary>The line that was read last; 1 for the first.</summary>
    public long Number { get; private set; }

    /// <summary>The next line; null behind the last.</summary>
    /// <exception cref="Tasks.RefusedException">It is no such line.</exception>
    public async Task<TLine?> ReadAsync<TLine>(JsonTypeInfo<TLine> type, CancellationToken cancellationToken)
        where TLine : class
    {
        if (await NextAsync(cancellationToken) is not { } line) return null;
        Number++;
        return Parse(line, type);
    }

    /// <summary>The only line, and what it says.</summary>
    /// <inheritdoc cref="ReadAsync"/>
    public async Task<(TLine Line, string Text)> ReadTextAsync<TLine>(JsonTypeInfo<TLine> type, CancellationToken cancellationToken)
        where TLine : class
    {
        if (await NextAsync(cancellationToken) is not { } line) throw ImportRefusal.In(path, "is empty");
        Number++;
        return (Parse(line, type), Encoding.UTF8.GetString(line.Span));
    }

    private TLine Parse<TLine>(ReadOnlyMemory<byte> line, JsonTypeInfo<TLine> type)
        where TLine : class
    {
        try
        {
            return JsonSerializer.Deserialize(line.Span, type) ?? throw ImportRefusal.InLine(path, Number, "it is null");
        }
        catch (Exception malformed) when (malformed is JsonException or FormatException)
        {
            throw ImportRefusal.InLine(path, Number, $"it is not what an export writes there ({malformed.Message.TrimEnd('.')})");
        }
    }

    private async Task<ReadOnlyMemory<byte>?> NextAsync(CancellationToken cancellationToken)
    {
        for (var searched = start; ;)
        {
            var at = buffer.AsSpan(searched, end - searched).IndexOf((byte)'\n');
            if (at >= 0)
            {
                var line = buffer.AsMemory(start, searched + at - start);
                start = searched + at + 1;
                return line;
            }

            if (ended)
            {
                if (start == end) return null;
                var rest = buffer.AsMemory(start, end - start);
                start = end;
                return rest;
            }

            searched = end;
            if (end == buffer.Length)
            {
                var held = end - start;
                if (held > MostBytes) throw ImportRefusal.InLine(path, Number + 1, $"it is longer than {MostBytes >> 20} MiB");
                var target = held > buffer.Length / 2 ? new byte[buffer.Length * 2] : buffer;
                buffer.AsSpan(start, held).CopyTo(target);
                (buffer, searched, start, end) = (target, searched - start, 0, held);
            }

            var read = await content.ReadAsync(buffer.AsMemory(end), cancellationToken);
            ended = read == 0;
            end += read;
        }
    }
}
