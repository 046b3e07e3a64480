using System.ClientModel;
using System.ClientModel.Primitives;
using Microsoft.Extensions.AI;
using OpenAI;

namespace TaskDashboard.Core.Providers;

/// <summary>OpenAI's chat completions and every server that is compatible with them, over the official library.</summary>
internal sealed class OpenAIProvider : RemoteProvider
{
    private static readonly Uri VendorsAddress = new("https://api.openai.com");

    private readonly OpenAIClient client;

    public OpenAIProvider(ProviderOptions options, TimeProvider time)
        : base(options, time)
    {
        Address = options.BaseUrl ?? VendorsAddress;
        var settings = new OpenAIClientOptions
        {
            Transport = new HttpClientPipelineTransport(Http),

            // The pipeline retries, and the handler watches the time; the library's own timeout would wrap each stream once more.
            RetryPolicy = new ClientRetryPolicy(maxRetries: 0),
            NetworkTimeout = Timeout.InfiniteTimeSpan,
            EnableDistributedTracing = false,
        };
        if (options.BaseUrl is not null) settings.Endpoint = options.BaseUrl;

        // Servers without accounts ignore the key, but the library insists on one.
        client = new OpenAIClient(new ApiKeyCredential(options.ApiKey ?? "none"), settings);
    }

    /// <summary>A compatible server is known by the name that it was given: many speak this protocol, and few are OpenAI's.</summary>
    public override string Vendor => Address.Host == VendorsAddress.Host ? "openai" : Name;

    public override Uri Address { get; }

    protected override IChatClient ClientFor(string model) => new OpenAIChatClient(client.GetChatClient(model), model, Failures);

    internal override ModelCallFailure? Translate(Exception exception) => base.Translate(exception) ?? exception switch
    {
        ClientResultException { Status: 0 } broken => Failures.Cut(broken),

        // Text that is not UTF-8, or half of a surrogate pair.
        InvalidOperationException => Failures.Malformed(exception.Message, exception),
        _ => null,
    };
}
