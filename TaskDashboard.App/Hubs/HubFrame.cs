using TaskDashboard.App.Api.Json;

namespace TaskDashboard.App.Hubs;

/// <summary>A frame of a stream as the hub sends it.</summary>
/// <param name="Event">The frame's name.</param>
/// <param name="Id">The cursor behind it; null for frames that have none.</param>
/// <param name="Data">What the <c>data</c> of the event stream would be.</param>
internal sealed record HubFrame(string Event, long? Id, RawJson Data);
