package dev.bysync.report.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.bysync.engine.Responsible;
import dev.bysync.job.sink.ResponsibleText;
import dev.bysync.report.Runs;
import dev.bysync.report.compare.Comparison;
import dev.bysync.report.run.Run;
import dev.bysync.report.run.RunModule;
import dev.bysync.verify.Verdict;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.openqa.selenium.By;
import org.openqa.selenium.Dimension;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.support.ui.Select;
import org.openqa.selenium.support.ui.WebDriverWait;

/** The page in a real browser; needs chromium and chromedriver on the PATH. */
class PageTest {
  @TempDir static Path folder;
  private static ChromeDriver browser;
  private static Path page;

  @BeforeAll
  static void open() throws Exception {
    File chromium = find("chromium", "chromium-browser", "google-chrome");
    File driver = find("chromedriver");
    assumeTrue(chromium != null && driver != null, "no chromium with chromedriver on the PATH");
    ChromeOptions options = new ChromeOptions();
    options.setBinary(chromium);
    options.addArguments(
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--disable-dev-shm-usage",
        "--user-data-dir=" + folder.resolve("profile"));
    browser =
        new ChromeDriver(
            new ChromeDriverService.Builder().usingDriverExecutable(driver).build(), options);
    page = folder.resolve("report.html");
    Files.writeString(page, Format.HTML.write(report()));
  }

  @AfterAll
  static void close() {
    if (browser != null) {
      browser.quit();
    }
  }

  @BeforeEach
  void load() {
    browser.manage().window().setSize(new Dimension(1280, 900));
    browser.get("about:blank");
    browser.get(page.toUri().toString());
  }

  private static Report report() {
    List<RunModule> modules = new ArrayList<>();
    String responsible =
        ResponsibleText.write(
            List.of(new Responsible(Responsible.Kind.IMPORT, "env.wait", 12, 3400, 5, 600)));
    for (int i = 0; i < 300; i++) {
      modules.add(
          Runs.module(
              "lib/module-%d.wasm".formatted(i),
              Map.of(
                  "originalBytes", 1000L + 10L * i * i,
                  "transformedBytes", 1500L + 12L * i * i,
                  "fuelTransformed", 10_000L + i,
                  "responsible", responsible)));
    }
    modules.add(
        Runs.module(
            Runs.HOSTILE,
            Map.of(
                "verdict", Verdict.MISMATCH, "reason", Runs.HOSTILE, "originalBytes", 7_000_000L)));
    Run run = Runs.of("20260101-000000", modules);
    Run baseline =
        Runs.of(
            "20251231-000000", Runs.module("lib/module-0.wasm", Map.of("transformedBytes", 1400L)));
    return new Report(run, Comparison.of(baseline, run), List.of());
  }

  @Test
  void sortsByAnyColumnBothWays() {
    heading("Original").click();
    assertThat(cells(1)).first().isEqualTo(Runs.HOSTILE);
    assertThat(sorting("Original")).isEqualTo("descending");
    heading("Original").click();
    assertThat(cells(1).subList(0, 3))
        .containsExactly("lib/module-0.wasm", "lib/module-1.wasm", "lib/module-2.wasm");
    assertThat(sorting("Original")).isEqualTo("ascending");
    heading("Overhead").sendKeys(Keys.ENTER);
    assertThat(cells(1)).contains("lib/module-299.wasm");
    assertThat(text(browser.switchTo().activeElement())).startsWith("Overhead");
    noErrors();
  }

  @Test
  void searchesAndFilters() {
    WebElement search = browser.findElement(By.id("search"));
    search.sendKeys("module-29");
    assertThat(cells(1)).hasSize(11).allMatch(name -> name.contains("module-29"));
    assertThat(browser.findElement(By.id("count")).getText()).isEqualTo("11 of 301 modules");
    search.clear();
    search.sendKeys(" ");
    new Select(browser.findElement(By.id("verdict"))).selectByVisibleText("MISMATCH");
    assertThat(cells(1)).containsExactly(Runs.HOSTILE);
    noErrors();
  }

  @Test
  void showsAllOnRequest() {
    assertThat(cells(1)).hasSize(200);
    browser.findElement(By.id("more")).click();
    assertThat(cells(1)).hasSize(301);
    noErrors();
  }

  @Test
  void opensAModuleByKeyboardWithItsBaseline() {
    browser.findElement(By.id("search")).sendKeys("module-0.wasm");
    browser.findElement(By.linkText("lib/module-0.wasm")).sendKeys(Keys.ENTER);
    WebElement section = browser.findElement(By.id("module"));
    assertThat(section.isDisplayed()).isTrue();
    assertThat(browser.switchTo().activeElement()).isEqualTo(section);
    assertThat(section.findElement(By.tagName("h2")).getText()).isEqualTo("lib/module-0.wasm");
    assertThat(section.getText()).contains("Output 1.4 KB 1.5 KB +7.14 %");
    noErrors();
  }

  @Test
  void treatsHostileNamesAsText() {
    new Select(browser.findElement(By.id("verdict"))).selectByVisibleText("MISMATCH");
    openFirstModule();
    assertThat(browser.findElement(By.cssSelector("#module h2")).getText()).isEqualTo(Runs.HOSTILE);
    assertThat(browser.findElements(By.tagName("img"))).isEmpty();
    noErrors();
  }

  /** The page opens a module when it hears that its address has changed, which is not at once. */
  private static void openFirstModule() {
    browser.findElement(By.cssSelector("#table tbody a")).click();
    new WebDriverWait(browser, Duration.ofSeconds(60))
        .until(driver -> driver.findElement(By.id("module")).isDisplayed());
  }

  @Test
  void drawsTheChartsAndTellsTheirFiguresAsTables() {
    List<WebElement> figures = browser.findElements(By.cssSelector("#figures figure"));
    assertThat(figures).hasSizeGreaterThanOrEqualTo(5);
    for (WebElement figure : figures) {
      assertThat(figure.findElements(By.cssSelector(".chart svg path"))).isNotEmpty();
      assertThat(figure.findElement(By.cssSelector(".chart")).getDomAttribute("aria-label"))
          .isNotBlank();
      assertThat(figure.findElements(By.cssSelector("details td"))).isNotEmpty();
    }
    noErrors();
  }

  @Test
  void tablesThatAreWiderThanTheWindowScrollByKeyboard() {
    browser.manage().window().setSize(new Dimension(400, 900));
    List<WebElement> boxes = browser.findElements(By.className("scroll"));
    assertThat(boxes).hasSizeGreaterThan(3);
    for (WebElement box : boxes) {
      assertThat(box.getDomAttribute("tabindex")).isEqualTo("0");
      assertThat(box.getDomAttribute("aria-label")).isNotBlank();
    }
    noErrors();
  }

  @Test
  void tellsOfAModuleWhatInstrumentsItAndHowToSeeItAgain() {
    browser.findElement(By.id("search")).sendKeys("module-1.wasm");
    openFirstModule();
    String text = browser.findElement(By.id("module")).getText();
    assertThat(text).contains("env.wait", "12", "bysync verify lib/module-1.wasm /out/");
    noErrors();
  }

  @ParameterizedTest
  @CsvSource({"1280", "400"})
  void fitsTheWindowInBothThemes(int width) throws Exception {
    Path compared = folder.resolve("compared.html");
    Files.writeString(compared, Format.HTML.write(new Report(strategies(), null, List.of())));
    browser.manage().window().setSize(new Dimension(width, 900));
    browser.get(compared.toUri().toString());
    for (int i = 0; i < 2; i++) {
      browser.findElement(By.id("theme")).click();
      long beyond =
          ((Number)
                  browser.executeScript(
                      "return document.documentElement.scrollWidth -"
                          + " document.documentElement.clientWidth"))
              .longValue();
      assertThat(beyond).isLessThanOrEqualTo(0);
    }
    noErrors();
  }

  private static Run strategies() {
    return Runs.of(
        "compared",
        Runs.module("lib/module.wasm"),
        Runs.module(
            "lib/module.wasm",
            Map.of(
                "strategy",
                "external:wasm-opt -all --disable-compact-imports -O2 --asyncify {in} -o {out}")));
  }

  private static void noErrors() {
    assertThat(
            browser.manage().logs().get(LogType.BROWSER).getAll().stream()
                .map(LogEntry::getMessage))
        .isEmpty();
  }

  private static WebElement heading(String name) {
    return browser.findElements(By.cssSelector("#table thead button")).stream()
        .filter(button -> text(button).startsWith(name))
        .findFirst()
        .orElseThrow();
  }

  /** Also of what is scrolled out of sight. */
  private static String text(WebElement element) {
    return String.valueOf(element.getDomProperty("textContent"));
  }

  private static String sorting(String name) {
    return String.valueOf(heading(name).findElement(By.xpath("..")).getDomAttribute("aria-sort"));
  }

  private static List<String> cells(int column) {
    return browser
        .findElements(By.cssSelector("#table tbody tr > :nth-child(%d)".formatted(column)))
        .stream()
        .map(PageTest::text)
        .toList();
  }

  private static @Nullable File find(String... names) {
    return Stream.of(names)
        .flatMap(
            name ->
                Stream.of(System.getenv("PATH").split(File.pathSeparator))
                    .map(folder -> new File(folder, name)))
        .filter(File::canExecute)
        .findFirst()
        .orElse(null);
  }
}
