using System.Text.Json;
using System.Text.Json.Serialization;
using TaskDashboard.Core.Events;

namespace TaskDashboard.Core.Exchanges;

/// <summary>How exchanges are stored: as they are on the wire, and without what is not there.</summary>
[JsonSerializable(typeof(ModelExchange))]
[JsonSerializable(typeof(StoredRequest))]
[JsonSerializable(typeof(IReadOnlyList<ExchangeTool>))]
internal sealed partial class ExchangeJson : JsonSerializerContext
{
    public static ExchangeJson Stored { get; } = new(new JsonSerializerOptions(EventJson.Options) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull });
}
