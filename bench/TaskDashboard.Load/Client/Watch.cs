namespace TaskDashboard.Load.Client;

/// <summary>One open stream and what has come over it.</summary>
internal sealed class Watch(HttpResponseMessage response, SseReader reader, StreamText text) : IDisposable
{
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

        return new Watch(response, new SseReader(await response.Content.ReadAsStreamAsync(cancellationToken)), text);
    }

    /// <summary>Waits for the first frame, which says that the server has this viewer.</summary>
    public async Task ReadFirstFrameAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            if (reader.TryRead(out var frame))
            {
                Text.Apply(frame);
                return;
            }

            await FillOrThrowAsync(cancellationToken);
        }
    }

    /// <summary>Reads until there are at least so many characters.</summary>
    public async Task ReadTextAsync(long length, CancellationToken cancellationToken)
    {
        while (true)
        {
            while (reader.TryRead(out var frame))
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
            while (reader.TryRead(out var frame))
            {
                var fresh = Text.Apply(frame);
                if (!fresh.IsEmpty) onText?.Invoke(fresh);
            }
        }
        while (await reader.FillAsync(cancellationToken));

        if (!Text.Completed) throw new InvalidDataException($"A stream ended and its task was not completed ({Text.Length} characters came).");
    }

    public void Dispose()
    {
        reader.Dispose();
        response.Dispose();
    }

    private async ValueTask FillOrThrowAsync(CancellationToken cancellationToken)
    {
        if (!await reader.FillAsync(cancellationToken)) throw new InvalidDataException("A stream ended too early.");
    }
}
