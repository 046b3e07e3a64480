using System.ComponentModel;
using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using TaskDashboard.App.Api.Bodies;
using TaskDashboard.App.Hosting;
using TaskDashboard.Core.Events;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Core.Templates;
using TaskDashboard.Core.Triggers;

namespace TaskDashboard.App.Api;

/// <summary>Tasks that are given again and again, with places that are filled in each time.</summary>
internal static class TemplateEndpoints
{
    private static readonly Dictionary<string, JsonElement> Nothing = [];

    public static void MapTemplates(this RouteGroupBuilder api)
    {
        // Schedules of people say what a template says: a command may not put words into it.
        var templates = api.MapGroup("/templates").WithTags("Templates").ChangesRefuseCommands();
        templates.MapGet("", List).WithName("listTemplates")
            .WithSummary("The latest version of every template, by name.");
        templates.MapPost("", CreateAsync).WithName("createTemplate")
            .WithSummary("Saves a new template, as its version 1.")
            .Refuses(400, 409, 413, 415);
        templates.MapGet("/{id}", FindAsync).WithName("getTemplate")
            .WithSummary("One version of a template; the latest unless version says another.")
            .Refuses(400, 404);
        templates.MapPatch("/{id}", UpdateAsync).WithName("updateTemplate")
            .WithSummary("Saves its next version: what the body says, the rest as in the latest; null takes away what may be absent.")
            .Refuses(400, 404, 409, 413, 415);
        templates.MapDelete("/{id}", DeleteAsync).WithName("deleteTemplate")
            .WithSummary("Removes it with all its versions; not while a trigger uses it. Its tasks stay.")
            .Refuses(404, 409);
        templates.MapGet("/{id}/versions", VersionsAsync).WithName("listTemplateVersions")
            .WithSummary("Its versions, the newest first.")
            .Refuses(400, 404);
        templates.MapPost("/{id}/run", RunAsync).WithName("runTemplate")
            .WithSummary("Gives the task that the template makes of these arguments, as POST /api/tasks would.")
            .Produces<AgentTask>(201).Produces<AgentTask>(200)
            .Refuses(400, 404, 409, 413, 415, 422, 429, 503);
        templates.MapPost("/{id}/preview", PreviewAsync).WithName("previewTemplate")
            .WithSummary("What a run would say; nothing is made.")
            .Refuses(400, 404, 413, 415);
        api.MapPost("/tasks/{id}/save-as-template", SaveAsync).WithTags("Templates").WithName("saveTaskAsTemplate")
            .WithSummary("Saves a task as a new template: its message, title, agent, model and folders.")
            .RefusesCommands()
            .Refuses(400, 404, 409, 413, 415);
    }

    private static Ok<Page<TemplateAnswer>> List(ITemplates templates, ITriggerService triggers) =>
        TypedResults.Ok(new Page<TemplateAnswer>([.. templates.List().Select(template => TemplateAnswer.Of(template, triggers))]));

    private static async Task<Created<TemplateAnswer>> CreateAsync(TemplateBody body, ITemplates templates, ITriggerService triggers, CancellationToken cancellationToken) =>
        Created(await templates.CreateAsync(body.ToDefinition(), cancellationToken), triggers);

    private static async Task<Ok<TemplateAnswer>> FindAsync(
        string id, ITemplates templates, ITriggerService triggers,
        [FromQuery(Name = "version"), Description("Default: the latest.")] string? version = null,
        CancellationToken cancellationToken = default)
    {
        int? number = version is null ? null
            : int.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out var read) ? read
            : throw RefusedException.Validation("version", "version has to be a whole number.");
        return TypedResults.Ok(TemplateAnswer.Of(await RequireAsync(templates, id, number, cancellationToken), triggers));
    }

    private static async Task<Ok<TemplateAnswer>> UpdateAsync(string id, TemplateBody body, ITemplates templates, ITriggerService triggers, CancellationToken cancellationToken) =>
        TypedResults.Ok(TemplateAnswer.Of(await templates.ChangeAsync(id, body.ApplyTo, cancellationToken), triggers));

    private static async Task<NoContent> DeleteAsync(string id, ITemplates templates, CancellationToken cancellationToken)
    {
        await templates.DeleteAsync(id, cancellationToken);
        return TypedResults.NoContent();
    }

    private static async Task<Ok<Page<TemplateAnswer>>> VersionsAsync(
        string id, [AsParameters] PageParameters page, ITemplates templates, ITriggerService triggers, CancellationToken cancellationToken)
    {
        var (limit, before) = page.Read();
        var versions = await templates.ListVersionsAsync(id, before == 0 ? null : before, limit, cancellationToken);
        var next = versions is [.., { Version: > 1 } last] && versions.Count == limit ? last.Version.ToString(CultureInfo.InvariantCulture) : null;
        return TypedResults.Ok(new Page<TemplateAnswer>([.. versions.Select(version => TemplateAnswer.Of(version, triggers))], next));
    }

    private static async Task<IResult> RunAsync(
        string id,
        RunTemplateBody body,
        [FromHeader(Name = "Idempotency-Key")] string? idempotencyKey,
        HttpContext context,
        ITemplates templates,
        ITaskService tasks,
        ITaskFeed feed,
        CancellationToken cancellationToken)
    {
        var template = await RequireAsync(templates, id, body.Version, cancellationToken);
        var order = templates.Render(template, body.Arguments ?? Nothing) with { IdempotencyKey = idempotencyKey, AllowDuplicates = body.AllowDuplicates ?? false };
        return TaskEndpoints.AnswerOf(await tasks.CreateAsync(order, cancellationToken), context, feed);
    }

    private static async Task<Ok<TemplatePreview>> PreviewAsync(string id, RunTemplateBody body, ITemplates templates, CancellationToken cancellationToken)
    {
        var template = await RequireAsync(templates, id, body.Version, cancellationToken);
        var order = templates.Render(template, body.Arguments ?? Nothing);
        return TypedResults.Ok(new TemplatePreview(template.Version, order.Message, order.Title));
    }

    private static async Task<Created<TemplateAnswer>> SaveAsync(
        string id, SaveAsTemplateBody body, ITemplates templates, ITriggerService triggers, CancellationToken cancellationToken)
    {
        var errors = new Problems.FieldErrors();
        var parameters = ParameterBody.ReadAll(body.Parameters ?? [], errors);
        errors.Refuse();
        var draft = await templates.DraftAsync(id, [.. parameters.Select(parameter => parameter.Name)], cancellationToken);
        draft = draft with { Name = body.Name ?? "", Description = body.Description ?? "", Message = body.Message ?? draft.Message, Parameters = parameters };
        return Created(await templates.CreateAsync(draft, cancellationToken), triggers);
    }

    private static Created<TemplateAnswer> Created(TaskTemplate template, ITriggerService triggers) =>
        TypedResults.Created($"/api/templates/{template.Id}", TemplateAnswer.Of(template, triggers));

    private static async Task<TaskTemplate> RequireAsync(ITemplates templates, string id, int? version, CancellationToken cancellationToken) =>
        await templates.FindAsync(id, version, cancellationToken) ?? throw RefusedException.NotFound("template", version is null ? id : $"{id} with version {version}");
}
