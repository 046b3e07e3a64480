using System.Net;
using System.Net.Http.Json;
using System.Text;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Tests.Api;
using TaskDashboard.Tests.Attachments;
using TaskDashboard.Tests.Fakes;
using TaskDashboard.Tests.Fixtures;
using static TaskDashboard.Tests.Fakes.AgentScript;

namespace TaskDashboard.Tests.Archives;

/// <summary>A task with one of everything: tool calls, a question, two files, a child with a chat of its own, a second run.</summary>
internal static class ArchiveStory
{
    public static AgentScript Script => new AgentScript()
        .For("Root", Calls(Call("calculate", ("expression", "6 * 7"))), Calls(Call("ask_user", ("question", "Which plum?"), ("options", new[] { "blue", "red" }))), Says("It is 42, and ```quoted```."))
        .For("Child", Says("The child is done."))
        .For("Waiter", Calls(Call("ask_user", ("question", "Go on?"), ("options", new[] { "yes", "no" }))), Says("Done."));

    /// <returns>The root, ended.</returns>
    public static async Task<AgentTask> TellAsync(DashboardApplication app)
    {
        using var text = await app.Client.PostAsync("/api/attachments?name=notes.txt", new StringContent("the ferry leaves at nine", Encoding.UTF8, "text/plain"));
        using var image = await app.Client.PostAsync("/api/attachments?name=pixel.png", new ByteArrayContent(AttachmentSamples.Png));
        var files = new[] { (await text.JsonAsync(HttpStatusCode.Created)).Items()[0].Id(), (await image.JsonAsync(HttpStatusCode.Created)).Items()[0].Id() };
        var root = (await app.CreateAsync("Root of it", new { title = "Plums *and* more", attachments = files, metadata = new Dictionary<string, string> { ["ticket"] = "42" } })).Id();
        var waiting = await app.WaitForAsync(root, AgentTaskStatus.Waiting);
        var child = (await app.CreateAsync("Child of it", new { parent_task_id = root, title = "The child" })).Id();
        await app.WaitForAsync(child, AgentTaskStatus.Completed);
        using var answered = await app.Client.PostAsJsonAsync($"/api/requests/{waiting.OpenRequests[0].RequestId}/answer", new { answer = "blue" });
        await answered.JsonAsync();
        await app.WaitForAsync(root, AgentTaskStatus.Completed);
        using var more = await app.Client.PostAsJsonAsync($"/api/tasks/{root}/message", new { message = "And now?" });
        await more.JsonAsync(HttpStatusCode.Accepted);
        return await app.WaitForAsync(root, task => task is { Status: AgentTaskStatus.Completed, RunCount: 2 });
    }
}
