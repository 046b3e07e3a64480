using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Forms;
using Radzen;
using TaskDashboard.App.Components.Archives;
using TaskDashboard.App.Components.Chats;
using TaskDashboard.App.Components.Pages;
using TaskDashboard.App.Components.Tasks;
using TaskDashboard.App.ViewModels.Family;
using TaskDashboard.App.ViewModels.TaskList;
using TaskDashboard.Core.Archives;
using TaskDashboard.Core.Retention;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Tests.Builders;

namespace TaskDashboard.Tests.Components;

/// <summary>Exports, imports, backups and retention as pages show them.</summary>
public class ArchiveTests : ChatContext
{
    private static AgentTask Imported => ATask.With("task_000009", AgentTaskStatus.Failed, ReasonCodes.Error, "Broken.") with
    {
        Settings = new TaskSettings { Imported = new ImportedFrom("import_1", "task_000001", "workshop", DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch) },
    };

    private static void Choose(IRenderedComponent<TasksPage> page) => page.FindComponent<InputFile>().UploadFiles(InputFileContent.CreateFromText("zip", "task.zip"));

    [Fact]
    public void Import_LeadsToTheTask()
    {
        Archives.Imported = Imported;
        var page = Render<TasksPage>();

        Choose(page);

        page.WaitForAssertion(() => Assert.EndsWith("chat?taskId=task_000009", Navigation.Uri, StringComparison.Ordinal));
        Assert.Empty(page.FindAll("[data-testid=import-problem]"));
    }

    [Fact]
    public void RefusedImport_SaysWhichFileAndWhy_UntilItIsClosed()
    {
        Archives.Refusal = RefusedException.Validation("file", "tasks/task_1/events.jsonl in the archive, line 7: seq is 9. Nothing was stored.");
        var page = Render<TasksPage>();

        Choose(page);

        page.WaitForAssertion(() => Assert.Contains("task.zip was not imported", page.Find("[data-testid=import-problem]").TextContent, StringComparison.Ordinal));
        Assert.Contains("line 7: seq is 9. Nothing was stored.", page.Find("[data-testid=import-problem]").TextContent, StringComparison.Ordinal);
        page.Find("[data-testid=import-problem] button").Click();
        Assert.Empty(page.FindAll("[data-testid=import-problem]"));
    }

    [Fact]
    public void ImportedTask_IsMarked_AndOffersToDeleteAndExportItOnly()
    {
        var header = Render<CascadingValue<TaskFamily>>(parts => parts
            .Add(part => part.Value, new TaskFamily(Store))
            .AddChildContent<ChatHeader>(inner => inner.Add(part => part.Task, Imported)));
        Assert.Equal("Imported, read-only", header.Find("[data-testid=imported]").TextContent);
        Assert.Contains("workshop", header.Find("[data-testid=imported]").GetAttribute("title")!, StringComparison.Ordinal);
        Assert.Empty(header.FindAll(".title-button"));

        header.Find("[aria-haspopup=menu]").Click();
        Assert.Empty(header.FindAll("[data-action=retry], [data-action=repeat]"));
        Assert.Equal("api/tasks/task_000009/export?format=zip", header.Find("[data-action=export-zip]").GetAttribute("href"));
        Assert.Equal("api/tasks/task_000009/export?format=markdown", header.Find("[data-action=export-markdown]").GetAttribute("href"));
        Assert.Single(header.FindAll("[role=menuitem].danger"));

        Assert.NotNull(Render<TaskRow>(row => row.Add(part => part.Row, new TaskRowModel(Imported))).Find("[data-testid=imported]"));
    }

    [Fact]
    public void Backups_AreMadeListedAndRefusedInWords()
    {
        var section = Render<BackupSection>();
        Assert.Empty(section.FindAll("[data-backup-id]"));

        section.Find("[data-action=backup-now]").Click();
        section.WaitForAssertion(() => Assert.Equal("api/backups/backup_1", section.Find("[data-action=download-backup]").GetAttribute("href")));
        Assert.Contains("2.4 MB", section.Find("[data-backup-id=backup_1]").TextContent, StringComparison.Ordinal);

        ServerData.Refusal = RefusedException.Conflict("backup_running", "One is being made.");
        section.Find("[data-action=backup-now]").Click();
        Assert.Contains("being made already", section.Find("[role=alert]").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void Retention_SaysHowLongWhatIsKept_AndWhatWent()
    {
        ServerData.Retention.Failed = 30;
        ServerData.Purges.Add(new Purge { Id = 2, At = DateTimeOffset.UnixEpoch, Completed = 3, Failed = 2, Cancelled = 1, DurationMs = 1500, Kept = 4 });
        ServerData.Purges.Add(new Purge { Id = 1, At = DateTimeOffset.UnixEpoch });

        var section = Render<RetentionSection>();

        Assert.Equal(["kept until somebody deletes it", "30 days after its end", "kept until somebody deletes it"], section.FindAll("dd").Select(value => value.TextContent.Trim()));
        Assert.Contains("3 completed, 2 failed and 1 cancelled tasks removed", section.Find("[data-purge-id='2']").TextContent, StringComparison.Ordinal);
        Assert.Contains("4 old ones stayed", section.Find("[data-purge-id='2']").TextContent, StringComparison.Ordinal);
        Assert.Contains("Nothing was old enough", section.Find("[data-purge-id='1']").TextContent, StringComparison.Ordinal);
    }
}
