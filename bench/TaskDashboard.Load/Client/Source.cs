using System.Net.Http.Headers;
using System.Text;

namespace TaskDashboard.Load.Client;

/// <summary>Something that answers with a stream of tokens: the model server itself, the floor or the product.</summary>
internal abstract class Source(string name, Uri address) : IDisposable
{
    private readonly HttpMessageInvoker http = new(new SocketsHttpHandler
    {
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
        ActivityHeadersPropagator = null,
        PooledConnectionIdleTimeout = Timeout.InfiniteTimeSpan,
    });

    public string Name { get; } = name;

    public Uri Address { get; } = address;

    /// <summary>Asks for an answer of this model and opens its stream.</summary>
    public abstract Task<Watch> StartAsync(string model, CancellationToken cancellationToken);

    public void Dispose() => http.Dispose();

    protected Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, string? body, bool stream, CancellationToken cancellationToken)
    {
        var request = new HttpRequestMessage(method, new Uri(Address, path));
        if (stream) request.Headers.TryAddWithoutValidation("Accept", "text/event-stream");
        if (body is not null)
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        }

        return http.SendAsync(request, cancellationToken);
    }
}

/// <summary>The model server, called by the load program itself; and the gate of its answers.</summary>
internal sealed class ModelSource(Uri address) : Source("raw", address)
{
    public override async Task<Watch> StartAsync(string model, CancellationToken cancellationToken)
    {
        var body = $$"""{"model":"{{model}}","stream":true,"stream_options":{"include_usage":true},"messages":[{"role":"user","content":"Go."}]}""";
        var response = await SendAsync(HttpMethod.Post, "/v1/chat/completions", body, stream: true, cancellationToken);
        return await Watch.OpenAsync(response, new ModelStreamText(), cancellationToken);
    }

    /// <summary>Lets every answer go on that waits at the gate, once so many of them do.</summary>
    public async Task OpenGateAsync(int expected, CancellationToken cancellationToken)
    {
        await WaitAtGateAsync(expected, cancellationToken);
        using var opened = await SendAsync(HttpMethod.Post, Model.ModelServer.OpenGatePath, null, stream: false, cancellationToken);
        opened.EnsureSuccessStatusCode();
    }

    /// <summary>Ends every paced answer where it is.</summary>
    public async Task FinishAllAsync(CancellationToken cancellationToken)
    {
        using var finished = await SendAsync(HttpMethod.Post, Model.ModelServer.FinishPath, null, stream: false, cancellationToken);
        finished.EnsureSuccessStatusCode();
    }

    /// <summary>Returns when so many answers wait at the gate.</summary>
    public async Task WaitAtGateAsync(int expected, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(30));
        while (true)
        {
            using var response = await SendAsync(HttpMethod.Get, Model.ModelServer.GatePath, null, stream: false, limit.Token);
            var waiting = await response.Content.ReadAsStringAsync(limit.Token);
            if (int.Parse(waiting, System.Globalization.CultureInfo.InvariantCulture) >= expected) return;
            await Task.Delay(5, limit.Token);
        }
    }
}
