namespace TaskDashboard.Core.Mcp.Connections;

/// <summary>Puts a bound to every message of a server that is called by HTTP.</summary>
internal sealed class BoundedAnswersHandler(HttpMessageHandler inner) : DelegatingHandler(inner)
{
    /// <summary>Events end with an empty line.</summary>
    private const int BreaksOfEvents = 2;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var response = await base.SendAsync(request, cancellationToken);
        var sent = response.Content;
        var isStream = sent.Headers.ContentType?.MediaType?.Equals("text/event-stream", StringComparison.OrdinalIgnoreCase) is true;
        var bounded = new StreamContent(new BoundedAnswers(await sent.ReadAsStreamAsync(cancellationToken), isStream ? BreaksOfEvents : 0));
        foreach (var (name, values) in sent.Headers) bounded.Headers.TryAddWithoutValidation(name, values);
        response.Content = bounded;
        return response;
    }
}
