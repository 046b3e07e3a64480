using TaskDashboard.Core.Requests;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.App.ViewModels.Requests;

/// <summary>
/// The places of a page on which requests are answered. While somebody points at it, what is answered stays in its place, and what is new comes behind:
/// the second click of a double one must not meet another request than the first.
/// </summary>
public sealed class RequestBoard
{
    private readonly List<(TaskRequest Request, AgentTask Task)> places = [];

    /// <summary>What stands where, from the top.</summary>
    public IReadOnlyList<(TaskRequest Request, AgentTask Task)> Places => places;

    /// <summary>Takes in what is open now.</summary>
    /// <param name="open">The open requests, the oldest first.</param>
    /// <param name="keepsPlaces">Somebody points at the page.</param>
    /// <returns>Ids of those that stay in their place and are not open any more; <see cref="Resolve"/> fills them in.</returns>
    public IReadOnlyList<string> Arrange(IReadOnlyList<(TaskRequest Request, AgentTask Task)> open, bool keepsPlaces)
    {
        if (!keepsPlaces)
        {
            places.Clear();
            places.AddRange(open);
            return [];
        }

        var now = open.ToDictionary(one => one.Request.RequestId, StringComparer.Ordinal);
        List<string> gone = [];
        for (var index = 0; index < places.Count; index++)
        {
            var id = places[index].Request.RequestId;
            if (now.Remove(id, out var still)) places[index] = still;
            else if (places[index].Request.IsOpen) gone.Add(id);
        }

        places.AddRange(open.Where(one => now.ContainsKey(one.Request.RequestId)));
        return gone;
    }

    /// <summary>Shows in its place what became of a request.</summary>
    public void Resolve(TaskRequest resolved)
    {
        var index = places.FindIndex(place => place.Request.RequestId == resolved.RequestId);
        if (index >= 0) places[index] = (resolved, places[index].Task);
    }
}
