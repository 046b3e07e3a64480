using Anthropic;
using Anthropic.Core;
using Anthropic.Exceptions;
using Microsoft.Extensions.AI;

namespace TaskDashboard.Core.Providers;

/// <summary>Anthropic's messages, over the official library.</summary>
internal sealed class AnthropicProvider : RemoteProvider
{
    /// <summary>The interface wants a limit for each answer; an agent that has one of its own sends that instead.</summary>
    private const int MaxOutputTokens = 16_000;

    private static readonly Uri VendorsAddress = new("https://api.anthropic.com");

    private readonly AnthropicClient client;

    public AnthropicProvider(ProviderOptions options, TimeProvider time)
        : base(options, time)
    {
        Address = options.BaseUrl ?? VendorsAddress;
        client = new AnthropicClient(new ClientOptions
        {
            HttpClient = Http,
            BaseUrl = Address.ToString().TrimEnd('/'),

            // Both are given, so that the library does not go looking for credentials in variables and profiles of its own.
            ApiKey = options.ApiKey ?? "none",
            AuthToken = null,

            // The pipeline retries, and the handler watches the time.
            MaxRetries = 0,
            Timeout = TimeSpan.FromDays(1),
        });
    }

    public override string Vendor => "anthropic";

    public override Uri Address { get; }

    public override void Dispose()
    {
        client.Dispose();
        base.Dispose();
    }

    protected override IChatClient ClientFor(string model) => client.AsIChatClient(model, MaxOutputTokens);

    internal override ModelCallFailure? Translate(Exception exception) => base.Translate(exception) ?? exception switch
    {
        AnthropicSseException inStream => Failures.InStream(InsideQuotes(inStream.Message), inStream),
        AnthropicInvalidDataException malformed => Failures.Malformed(malformed.Message, malformed),
        AnthropicIOException broken => Failures.Cut(broken),
        _ => null,
    };

    /// <summary>The library puts the frame's JSON between quotes behind a sentence of its own.</summary>
    private static string InsideQuotes(string message)
    {
        var first = message.IndexOf('\'', StringComparison.Ordinal);
        var last = message.LastIndexOf('\'');
        return last > first ? message[(first + 1)..last] : message;
    }
}
