using System.Text.Json;

namespace TaskDashboard.App.CommandLine;

/// <summary>Deletes one thing, once somebody has said yes.</summary>
internal static class Removal
{
    public static async Task<int> DeleteAsync(CommandCall call, Noun noun, JsonElement item, string question, bool yes, string done = "deleted")
    {
        if (!await call.ConfirmAsync(question, yes))
        {
            call.Screen.Note($"Nothing was {done}.");
            return ExitCodes.Fine;
        }

        var id = item.Text("id") ?? throw new CommandFailure(ExitCodes.Refused, $"The server's {noun.Word} has no id.");
        await call.Api.SendAsync(HttpMethod.Delete, noun.Address(id), null, call.Cancelled);
        if (call.WantsJson) call.Screen.Raw(JsonSerializer.Serialize(new Dictionary<string, object> { ["id"] = id, [done] = true }));
        else call.Screen.Line($"The {noun.Word} is {done}.");
        return ExitCodes.Fine;
    }
}
