using System.Text.Json;
using Microsoft.OpenApi;

namespace TaskDashboard.App.Api;

/// <summary>The OpenAPI document at /openapi.json, made from the endpoints themselves.</summary>
internal static class ApiDocument
{
    private static readonly string[] WholeNumbers = ["limit", "after", "Last-Event-ID"];

    public static void AddApiDocument(this IServiceCollection services) => services.AddOpenApi(options =>
    {
        options.AddDocumentTransformer((document, _, _) =>
        {
            document.Info.Title = "TaskDashboard";
            document.Info.Version = "1";
            document.Info.Description =
                "Agent tasks that outlive the tab: created, watched, steered and continued over HTTP. Times are UTC, JSON is snake_case, "
                + "refusals are problem details (RFC 9457) with a code.";

            // The address is the one that the reader fetched this from.
            document.Servers = [new OpenApiServer { Url = "/" }];
            return Task.CompletedTask;
        });
        options.AddOperationTransformer((operation, _, _) =>
        {
            // Endpoints take numbers of the query as text, to answer a wrong one with the name of its field.
            foreach (var parameter in operation.Parameters ?? [])
            {
                if (parameter is OpenApiParameter { Name: { } name } number && WholeNumbers.Contains(name))
                    number.Schema = new OpenApiSchema { Type = JsonSchemaType.Integer, Format = "int64" };
            }

            if (operation.OperationId == "uploadAttachments") operation.RequestBody = Upload();
            if (operation.OperationId == "importTask") operation.RequestBody = OneFile("application/zip");
            if (operation.OperationId == "importAgent") operation.RequestBody = AgentFile();
            return Task.CompletedTask;
        });
        options.AddSchemaTransformer((schema, context, _) =>
        {
            // Taken as raw JSON or as text, for the same cause; what they may hold is said here.
            switch (context.JsonPropertyInfo)
            {
                case { Name: "depends_on" } list when list.PropertyType == typeof(IReadOnlyList<JsonElement>):
                    schema.Items = new OpenApiSchema { OneOf = [new OpenApiSchema { Type = JsonSchemaType.String }, Dependency()] };
                    break;
                case { Name: "delay_until" } time when time.PropertyType == typeof(string):
                    schema.Format = "date-time";
                    break;
            }

            return Task.CompletedTask;
        });
    });

    /// <summary>Read piece by piece, and so known to nobody but the endpoint.</summary>
    private static OpenApiRequestBody Upload()
    {
        var file = new OpenApiSchema { Type = JsonSchemaType.String, Format = "binary" };
        var form = new OpenApiSchema
        {
            Type = JsonSchemaType.Object,
            Properties = new Dictionary<string, IOpenApiSchema> { ["file"] = new OpenApiSchema { Type = JsonSchemaType.Array, Items = file } },
        };
        return new OpenApiRequestBody
        {
            Required = true,
            Content = new Dictionary<string, OpenApiMediaType> { ["multipart/form-data"] = new() { Schema = form }, ["application/octet-stream"] = new() { Schema = file } },
        };
    }

    /// <summary>One file, with or without a form around it.</summary>
    private static OpenApiRequestBody OneFile(string mediaType)
    {
        var file = new OpenApiSchema { Type = JsonSchemaType.String, Format = "binary" };
        var form = new OpenApiSchema { Type = JsonSchemaType.Object, Properties = new Dictionary<string, IOpenApiSchema> { ["file"] = file } };
        return new OpenApiRequestBody
        {
            Required = true,
            Content = new Dictionary<string, OpenApiMediaType> { [mediaType] = new() { Schema = file }, ["multipart/form-data"] = new() { Schema = form } },
        };
    }

    /// <summary>Read as text, because it comes in two notations.</summary>
    private static OpenApiRequestBody AgentFile()
    {
        var file = new OpenApiSchema { Description = "What GET /api/agents/{id}/export answers; name is all that has to be there." };
        return new OpenApiRequestBody
        {
            Required = true,
            Content = new Dictionary<string, OpenApiMediaType> { ["application/json"] = new() { Schema = file }, ["application/yaml"] = new() { Schema = file } },
        };
    }

    private static OpenApiSchema Dependency() => new()
    {
        Type = JsonSchemaType.Object,
        Required = new HashSet<string> { "task_id" },
        Properties = new Dictionary<string, IOpenApiSchema>
        {
            ["task_id"] = new OpenApiSchema { Type = JsonSchemaType.String },
            ["on_failure"] = new OpenApiSchema { Type = JsonSchemaType.String, Enum = ["fail", "continue"] },
        },
    };
}
