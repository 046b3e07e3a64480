using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Tests.Attachments;
using TaskDashboard.Tests.Fixtures;
using static TaskDashboard.Tests.Attachments.AttachmentSamples;

namespace TaskDashboard.Tests.Api;

public sealed class AttachmentEndpointsTests : IAsyncLifetime
{
    private DashboardApplication app = null!;

    public async Task InitializeAsync() => app = await DashboardApplication.StartAsync(settings: [("Attachments:MaxBytes", "200000"), ("Attachments:MaxPerMessage", "3")]);

    public async Task DisposeAsync() => await app.DisposeAsync();

    [Fact]
    public async Task Form_WithSeveralFiles_IsStored_AndEachIsServedAsWhatItIs()
    {
        using var response = await UploadAsync(("notes.txt", Utf8("<script>alert(1)</script>")), ("报告.png", Png));
        var items = (await response.JsonAsync(HttpStatusCode.Created)).Items();

        Assert.Equal(["notes.txt", "报告.png"], items.Select(item => item.String("name")));
        Assert.Equal(["text/plain", "image/png"], items.Select(item => item.String("media_type")));
        Assert.Equal(Png.Length, items[1].GetProperty("size").GetInt64());
        Assert.EndsWith("Z", items[0].String("created_at"), StringComparison.Ordinal);
        Assert.Equal(["id", "name", "media_type", "size", "created_at"], items[0].EnumerateObject().Select(property => property.Name));

        using var text = await app.Client.GetAsync($"/api/attachments/{items[0].Id()}");
        Assert.Equal("text/plain; charset=utf-8", text.Content.Headers.ContentType!.ToString());
        Assert.Equal("<script>alert(1)</script>", await text.Content.ReadAsStringAsync());
        using var image = await app.Client.GetAsync($"/api/attachments/{items[1].Id()}");
        Assert.Equal("image/png", image.Content.Headers.ContentType!.ToString());
        Assert.Equal(Png, await image.Content.ReadAsByteArrayAsync());
        Assert.Equal(("inline", "报告.png"), (image.Content.Headers.ContentDisposition!.DispositionType, image.Content.Headers.ContentDisposition.FileNameStar));
        Assert.All(new[] { text, image }, answer => Assert.Equal("nosniff", Assert.Single(answer.Headers.GetValues("X-Content-Type-Options"))));
    }

    [Theory]
    [InlineData("../../x", "x")]
    [InlineData("a\\b\\c.md", "c.md")]
    [InlineData("q\"uo;te\r\n.txt", "q\"uo;te.txt")]
    public async Task Body_ThatIsTheFileItself_TakesItsNameFromTheQuery_AndNeverLeadsAnywhere(string sent, string name)
    {
        using var response = await SendAsync(Utf8("text"), sent);
        var stored = Assert.Single((await response.JsonAsync(HttpStatusCode.Created)).Items());

        Assert.Equal(name, stored.String("name"));
        Assert.Equal([stored.Id()], AttachmentFiles(app.DataDirectory));
        using var opened = await app.Client.GetAsync($"/api/attachments/{stored.Id()}");
        Assert.Equal("text", await opened.Content.ReadAsStringAsync());
        Assert.Equal(name, opened.Content.Headers.ContentDisposition!.FileNameStar);
    }

    [Fact]
    public async Task WhatIsNotTaken_IsRefusedWithItsField_AndLeavesNothing()
    {
        using var binary = await UploadAsync(("good.txt", Utf8("good")), ("tool.exe", [0x4D, 0x5A, 0, 1]));
        Field(await binary.ProblemAsync(HttpStatusCode.UnsupportedMediaType, "unsupported_media_type"), "file");
        using var empty = await UploadAsync(("empty.txt", []));
        Field(await empty.ProblemAsync(HttpStatusCode.BadRequest, "validation"), "file");
        using var large = await UploadAsync(("large.txt", Utf8(new string('a', 200_001))));
        Field(await large.ProblemAsync(HttpStatusCode.RequestEntityTooLarge, "too_large"), "file");
        using var many = await UploadAsync([.. Enumerable.Range(0, 4).Select(number => ($"{number}.txt", Utf8("a")))]);
        Field(await many.ProblemAsync(HttpStatusCode.BadRequest, "validation"), "file");
        using var nameless = await SendAsync(Utf8("text"), "");
        Field(await nameless.ProblemAsync(HttpStatusCode.BadRequest, "validation"), "name");
        using var noFile = await app.Client.PostAsync("/api/attachments", new MultipartFormDataContent { { new StringContent("x"), "other" } });
        Field(await noFile.ProblemAsync(HttpStatusCode.BadRequest, "validation"), "file");
        using var misnamed = await app.Client.PostAsync("/api/attachments", new MultipartFormDataContent { { new ByteArrayContent(Utf8("x")), "upload", "a.txt" } });
        Field(await misnamed.ProblemAsync(HttpStatusCode.BadRequest, "validation"), "upload");

        Assert.Empty(AttachmentFiles(app.DataDirectory));
    }

    [Theory]
    [InlineData("multipart/form-data")]
    [InlineData("multipart/form-data; boundary=b")]
    public async Task Form_ThatCannotBeRead_IsABadRequest(string contentType)
    {
        using var content = new ByteArrayContent(Utf8("--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.txt\"\r\n\r\ncut off"));
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(contentType);

        using var response = await app.Client.PostAsync("/api/attachments", content);

        Field(await response.ProblemAsync(HttpStatusCode.BadRequest, "validation"), "body");
        Assert.Empty(AttachmentFiles(app.DataDirectory));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Body_FarOverTheLimit_IsRefusedInWords_WhetherOrNotItSaysItsLength(bool chunked)
    {
        using var content = new StreamContent(new MemoryStream(new byte[12_000_000]));
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/attachments?name=zeros.txt") { Content = content };
        request.Headers.TransferEncodingChunked = chunked;

        using var response = await app.Client.SendAsync(request);

        if (chunked) await response.ProblemAsync(HttpStatusCode.UnsupportedMediaType, "unsupported_media_type");
        else Field(await response.ProblemAsync(HttpStatusCode.RequestEntityTooLarge, "too_large"), "file");
    }

    [Fact]
    public async Task OtherEndpoints_KeepTheirLimitOf8MiB()
    {
        using var response = await app.SendAsync(HttpMethod.Post, "/api/tasks", new string(' ', 9_000_000));
        await response.ProblemAsync(HttpStatusCode.RequestEntityTooLarge, "too_large");
    }

    [Fact]
    public async Task Upload_FromAForeignPage_IsForbidden()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/attachments?name=a.txt") { Content = new ByteArrayContent(Utf8("a")) };
        request.Headers.Add("Origin", "https://evil.example");

        using var response = await app.Client.SendAsync(request);

        await response.ProblemAsync(HttpStatusCode.Forbidden, "forbidden");
    }

    [Theory]
    [InlineData("att_none")]
    [InlineData("..%2F..%2Ftaskdashboard.db")]
    public async Task WhatIsNotThere_IsNotFound(string id)
    {
        using var response = await app.Client.GetAsync($"/api/attachments/{id}");
        await response.ProblemAsync(HttpStatusCode.NotFound, "not_found");
    }

    [Fact]
    public async Task TaskAndMessage_TakeFilesAlong_AndGiveThemToNoOther()
    {
        var first = await UploadedAsync("a.txt");
        var second = await UploadedAsync("b.txt");
        var task = (await app.CreateAsync("Read", new { attachments = new[] { first } })).Id();
        await app.WaitForAsync(task, AgentTaskStatus.Completed);
        using var sent = await MessageAsync(task, new { message = "And this", attachments = new[] { second } });
        await sent.JsonAsync(HttpStatusCode.Accepted);
        await app.WaitForAsync(task, current => current is { RunCount: 2, Status: AgentTaskStatus.Completed });

        var messages = (await app.GetJsonAsync($"/api/tasks/{task}/messages")).Items();
        Assert.Equal(["a.txt", "b.txt"], messages.Where(message => message.String("role") == "user").Select(message => message.GetProperty("attachments")[0].String("name")));
        Assert.DoesNotContain(messages.Where(message => message.String("role") == "assistant"), message => message.TryGetProperty("attachments", out _));

        using var foreign = await app.SendAsync(HttpMethod.Post, "/api/tasks", JsonSerializer.Serialize(new { agent_id = app.AgentId, message = "Mine", attachments = new[] { first } }));
        Field(await foreign.ProblemAsync(HttpStatusCode.BadRequest, "validation"), "attachments");
        using var unknown = await MessageAsync(task, new { message = "More", attachments = new[] { "att_none" } });
        Field(await unknown.ProblemAsync(HttpStatusCode.BadRequest, "validation"), "attachments");
        using var many = await MessageAsync(task, new { message = "More", attachments = new[] { "1", "2", "3", "4" } });
        Field(await many.ProblemAsync(HttpStatusCode.BadRequest, "validation"), "attachments");

        using var deleted = await app.Client.DeleteAsync($"/api/tasks/{task}");
        Assert.Empty(AttachmentFiles(app.DataDirectory));
    }

    [Fact]
    public async Task Content_SaysTextsUploadsAndImagesInOne()
    {
        var upload = await UploadedAsync("a.txt");
        var task = (await app.CreateAsync()).Id();
        await app.WaitForAsync(task, AgentTaskStatus.Completed);

        using var sent = await MessageAsync(task, new
        {
            content = new object[]
            {
                new { type = "text", text = "Look at" },
                new { type = "image", media_type = "image/png", data = Convert.ToBase64String(Png) },
                new { type = "attachment", attachment_id = upload },
                new { type = "text", text = "and tell me." },
            },
        });

        var id = (await sent.JsonAsync(HttpStatusCode.Accepted)).String("message_id");
        var message = (await app.GetJsonAsync($"/api/tasks/{task}/messages")).Items().Single(one => one.String("message_id") == id);
        Assert.Equal("Look at\n\nand tell me.", message.String("text"));
        Assert.Equal(["image-1.png", "a.txt"], message.GetProperty("attachments").EnumerateArray().Select(file => file.String("name")));
    }

    [Theory]
    [InlineData("""{"content":"text"}""", "content")]
    [InlineData("""{"content":[]}""", "content")]
    [InlineData("""{"content":[{"type":"image","media_type":"image/png","data":"iVBORw0KGgo="}]}""", "content")]
    [InlineData("""{"content":[{"type":"video"}]}""", "content[0]")]
    [InlineData("""{"content":[{"type":"text","text":"a"},{"type":"text"}]}""", "content[1]")]
    [InlineData("""{"content":[{"type":"text","text":"a"},{"type":"attachment"}]}""", "content[1]")]
    [InlineData("""{"content":[{"type":"text","text":"a"},{"type":"image","media_type":"image/svg+xml","data":"AAAA"}]}""", "content[1]")]
    [InlineData("""{"content":[{"type":"text","text":"a"},{"type":"image","media_type":"image/png","data":"not base64"}]}""", "content[1]")]
    [InlineData("""{"content":[{"type":"text","text":"a"},{"type":"image","media_type":"image/png","data":"aGVsbG8="}]}""", "content[1]")]
    [InlineData("""{"content":[{"type":"text","text":"a"}],"message":"b"}""", "message")]
    [InlineData("""{"content":[{"type":"text","text":"a"}],"attachments":["att_1"]}""", "attachments")]
    [InlineData("""{"attachments":["att_1"]}""", "message")]
    public async Task Content_ThatMakesNoSense_IsRefusedWithItsPlace_AndLeavesNothing(string body, string field)
    {
        var task = (await app.CreateAsync()).Id();

        using var response = await app.SendAsync(HttpMethod.Post, $"/api/tasks/{task}/message", body);

        Field(await response.ProblemAsync(HttpStatusCode.BadRequest, "validation"), field);
        Assert.Empty(AttachmentFiles(app.DataDirectory));
    }

    [Fact]
    public async Task Image_OfAMessageThatIsRefused_IsNotKept()
    {
        var body = new { content = new object[] { new { type = "text", text = "Look" }, new { type = "image", media_type = "image/png", data = Convert.ToBase64String(Png) } } };

        using var response = await MessageAsync("task_none", body);

        await response.ProblemAsync(HttpStatusCode.NotFound, "not_found");
        Assert.Empty(AttachmentFiles(app.DataDirectory));
    }

    private static void Field(JsonElement problem, string field) => Assert.Contains(field, problem.GetProperty("errors").EnumerateObject().Select(error => error.Name));

    private async Task<string> UploadedAsync(string name)
    {
        using var response = await SendAsync(Utf8($"content of {name}"), name);
        return Assert.Single((await response.JsonAsync(HttpStatusCode.Created)).Items()).Id();
    }

    private Task<HttpResponseMessage> SendAsync(byte[] content, string name) =>
        app.Client.PostAsync($"/api/attachments?name={Uri.EscapeDataString(name)}", new ByteArrayContent(content) { Headers = { ContentType = new("application/octet-stream") } });

    private Task<HttpResponseMessage> MessageAsync(string task, object body) =>
        app.SendAsync(HttpMethod.Post, $"/api/tasks/{task}/message", JsonSerializer.Serialize(body));

    private async Task<HttpResponseMessage> UploadAsync(params (string Name, byte[] Content)[] files)
    {
        using var form = new MultipartFormDataContent();
        foreach (var (name, content) in files) form.Add(new ByteArrayContent(content), "file", name);
        return await app.Client.PostAsync("/api/attachments", form);
    }
}
