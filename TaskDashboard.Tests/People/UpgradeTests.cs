using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.Extensions.DependencyInjection;
using TaskDashboard.App.People;
using TaskDashboard.Core.People;
using TaskDashboard.Core.Storage;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Tests.Api;
using TaskDashboard.Tests.Fakes;
using TaskDashboard.Tests.Fixtures;

namespace TaskDashboard.Tests.People;

/// <summary>A data directory from before there were people.</summary>
public sealed class UpgradeTests
{
    private const string Before = "20261121151353_TriggersAndTemplates";
    private const string Password = "correct horse battery";

    [Fact]
    public async Task DataFromBeforeAccounts_IsKept_AndBecomesTheFirstAccounts()
    {
        var directory = Directory.CreateTempSubdirectory("taskdashboard-upgrade-").FullName;
        try
        {
            string taskId, chatId, triggerId, templateId;
            await using (var old = await DashboardApplication.StartAsync(model => model.Always(AgentScript.Says("A plum.")), directory: directory))
            {
                var task = await MakeAsync(old.Client, "/api/tasks", new { agent_id = old.AgentId, message = "Which fruit?" });
                (taskId, chatId) = (task.Id(), task.String("chat_id")!);
                await old.WaitForAsync(taskId, AgentTaskStatus.Completed);
                triggerId = (await MakeAsync(old.Client, "/api/triggers", new { kind = "webhook", agent_id = old.AgentId, message = "Go" })).Id();
                templateId = (await MakeAsync(old.Client, "/api/templates", new { name = "Mine", message = "Go", agent_id = old.AgentId })).Id();
            }

            await using (var context = new DashboardDbContext(new DbContextOptionsBuilder<DashboardDbContext>().UseSqlite($"Data Source={Path.Combine(directory, "taskdashboard.db")};Pooling=false").Options))
            {
                await context.GetService<IMigrator>().MigrateAsync(Before);
            }

            await using var program = await DashboardApplication.StartAsync(model => model.Always(AgentScript.Says("Done.")), directory: directory);
            var viewId = (await MakeAsync(program.Client, "/api/views", new { name = "Fruit", query = "q=plum" })).Id();
            Assert.Contains(taskId, await program.Client.GetStringAsync("/api/tasks?q=plum"), StringComparison.Ordinal);
            await MakeAsync(program.Client, "/api/people", new { user_name = "ada", name = "Ada", password = Password, role = "owner" });
            using var ada = await ClientOfAsync(program, "user_local");
            var bea = await MakeAsync(ada, "/api/people", new { user_name = "bea", name = "Bea", password = Password, role = "member" });
            using var other = await ClientOfAsync(program, bea.Id());

            foreach (var (path, id) in new[] { ("/api/tasks?q=plum", taskId), ("/api/chats?q=plum", chatId), ("/api/triggers", triggerId), ("/api/templates", templateId), ("/api/views", viewId), ($"/api/chats/{chatId}/messages", "A plum.") })
            {
                Assert.Contains(id, await ada.GetStringAsync(path), StringComparison.Ordinal);
                using var answer = await other.GetAsync(path);
                Assert.DoesNotContain(id, await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
            }

            using var more = await ada.PostAsJsonAsync($"/api/tasks/{taskId}/message", new { message = "Another" });
            Assert.Equal(HttpStatusCode.Accepted, more.StatusCode);
            await program.WaitForAsync(taskId, row => row is { RunCount: 2, Status: AgentTaskStatus.Completed });
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private static async Task<System.Text.Json.JsonElement> MakeAsync(HttpClient client, string path, object body)
    {
        using var answer = await client.PostAsJsonAsync(path, body);
        return await answer.JsonAsync(HttpStatusCode.Created);
    }

    private static async Task<HttpClient> ClientOfAsync(DashboardApplication program, string userId)
    {
        var (_, secret) = await program.Services.GetRequiredService<ApiKeys>().CreateAsync(userId, "Tests", ApiScope.Admin, null);
        var client = program.NewClient();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", secret);
        return client;
    }
}
