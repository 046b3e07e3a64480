using System.Text.Json;

namespace TaskDashboard.App.CommandLine;

/// <summary>Whose chats are, by name. Nobody is named while the server has no accounts: everything belongs to whoever is at the machine.</summary>
internal sealed class ChatOwners
{
    private readonly Dictionary<string, string> names = new(StringComparer.Ordinal);

    /// <summary>False where there is nobody to tell apart.</summary>
    public bool AreKnown => names.Count > 0;

    public static async Task<ChatOwners> ReadAsync(CommandCall call)
    {
        var owners = new ChatOwners();
        try
        {
            await foreach (var person in call.Api.ListAsync("/api/people", int.MaxValue, call.Cancelled))
            {
                if (person.Text("id") is { } id) owners.names[id] = person.Text("name") ?? id;
            }
        }
        catch (CommandFailure unknown) when (unknown.IsUnknownAddress)
        {
            // A server from before there were people.
        }

        return owners;
    }

    public string Of(JsonElement chat) => chat.Text("user_id") is { } id ? names.GetValueOrDefault(id, id) : "";
}
