using System.Buffers;
using System.Buffers.Text;
using System.Diagnostics;
using System.Globalization;
using System.IO.Pipelines;
using System.Text;

namespace TaskDashboard.Load.Model;

/// <summary>One streamed answer, in the chunks of the OpenAI chat completions protocol.</summary>
internal sealed class ModelAnswer(PipeWriter body, string model)
{
    /// <summary>Every flood token has this many characters, so that text can be counted in tokens.</summary>
    public const int FloodTokenLength = 9;

    private static readonly byte[] Role = Encoding.UTF8.GetBytes("\"role\":\"assistant\",");
    private static readonly byte[] Suffix = Encoding.UTF8.GetBytes("\"},\"finish_reason\":null}]}\n\n");

    private readonly byte[] prefix = Encoding.UTF8.GetBytes($"data: {Head(model)}\"choices\":[{{\"index\":0,\"delta\":{{");
    private bool begun;

    /// <summary>The text is the time of the monotonic clock that every process of a machine shares, and a space.</summary>
    public void WriteStampedToken()
    {
        Span<byte> text = stackalloc byte[24];
        Utf8Formatter.TryFormat(Stopwatch.GetTimestamp(), text, out var length);
        text[length] = (byte)' ';
        WriteToken(text[..(length + 1)]);
    }

    public void WriteFloodToken(int index)
    {
        Span<byte> text = stackalloc byte[FloodTokenLength];
        Utf8Formatter.TryFormat(index, text, out _, new StandardFormat('D', FloodTokenLength - 1));
        text[^1] = (byte)' ';
        WriteToken(text);
    }

    public void WriteEnd(int tokens)
    {
        var head = Head(model);
        var usage = string.Create(CultureInfo.InvariantCulture, $"\"usage\":{{\"prompt_tokens\":10,\"completion_tokens\":{tokens},\"total_tokens\":{tokens + 10}}}");
        var text = $"data: {head}\"choices\":[{{\"index\":0,\"delta\":{{}},\"finish_reason\":\"stop\"}}]}}\n\n"
            + $"data: {head}\"choices\":[],{usage}}}\n\n"
            + "data: [DONE]\n\n";
        Encoding.UTF8.GetBytes(text, body);
    }

    private void WriteToken(ReadOnlySpan<byte> text)
    {
        body.Write(prefix);
        if (!begun) body.Write(Role);
        begun = true;
        body.Write("\"content\":\""u8);
        body.Write(text);
        body.Write(Suffix);
    }

    private static string Head(string model) =>
        $"{{\"id\":\"chatcmpl-load\",\"object\":\"chat.completion.chunk\",\"created\":1700000000,\"model\":\"{model}\",";
}
