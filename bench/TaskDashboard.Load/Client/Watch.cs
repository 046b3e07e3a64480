namespace TaskDashboard.Load.Client;

/// <summary>One open stream and what has come over it.</summary>
internal sealed class Watch(HttpResponseMessage response, Stream body, StreamText text) : IDisposable
{
    private readonly SseParser parser = new();

    public delegate void TextHandler(ReadOnlySpan<byte> fresh);

    public StreamText Text { get; } = text;

    public static async Task<Watch> OpenAsync(HttpResponseMessage response, StreamText text, CancellationToken cancellationToken)
    {
        if (!response.IsSuccessStatusCode)
        {
            using (response)
            {
                var body = await response.Content.ReadAsStringAsync(cancellationToken);
                throw new HttpRequestException($"{(int)response.StatusCode} {body}", null, response.StatusCode);
            }
        }

        return new Watch(response, await response.Content.ReadAsStreamAsync(cancellationToken), text);
    }

    /// <summary>Reads until there are at least so many characters.</summary>
    public async Task ReadTextAsync(long length, CancellationToken cancellationToken)
    {
        while (true)
        {
            while (parser.TryRead(out var frame))
            {
                Text.Apply(frame);
                if (Text.Length >= length) return;
            }

            await FillOrThrowAsync(cancellationToken);
        }
    }

    /// <summary>Reads until the server ends the stream.</summary>
    public async Task ReadToEndAsync(TextHandler? onText, CancellationToken cancellationToken)
    {
        do
        {
            while (parser.TryRead(out var frame))
            {
                var fresh = Text.Apply(frame);
                if (!fresh.IsEmpty) onText?.Invoke(fresh);
            }
        }
        while (await FillAsync(cancellationToken));

        if (!Text.Completed) throw new InvalidDataException($"A stream ended and its task was not completed ({Text.Length} characters came).");
    }

    public void Dispose()
    {
        parser.Dispose();
        response.Dispose();
    }

    private async ValueTask<bool> FillAsync(CancellationToken cancellationToken)
    {
        var read = await body.ReadAsync(parser.Room(), cancellationToken);
        parser.Advance(read);
        return read > 0;
    }

    private async ValueTask FillOrThrowAsync(CancellationToken cancellationToken)
    {
        if (!await FillAsync(cancellationToken)) throw new InvalidDataException("A stream ended too early.");
    }
}
